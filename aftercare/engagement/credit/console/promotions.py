"""Promotions: their list, their terms, and their codes."""

from django.contrib import messages as toasts
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from aftercare.engagement.credit.actions import (
    add_codes,
    end_promotion,
    generate_codes,
    revoke_codes,
    save_promotion,
)
from aftercare.engagement.credit.explaining import in_words
from aftercare.engagement.credit.forms import OwnCodesForm, PoolForm, PromotionForm, RevokeForm, as_form
from aftercare.engagement.credit.models import Code, Promotion
from aftercare.engagement.credit.queries.promotions import (
    codes_of,
    figures_of,
    promotion_by_public_id,
    promotions_for_list,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.csv_export import ROWS_AT_ONCE, Chunk, csv_response
from aftercare.foundation.web.listing import Column, Filters, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page
from aftercare.foundation.web.templatetags.amounts import number

_COLUMNS = (
    Column(gettext_lazy("Promotion")),
    Column(gettext_lazy("Codes"), number=True),
    Column(gettext_lazy("Used"), number=True),
    Column(gettext_lazy("Given"), number=True),
    Column(gettext_lazy("Until")),
)
_FORMS: dict[str, type[Form]] = {"make": PoolForm, "add": OwnCodesForm, "revoke": RevokeForm}
_CSV = ("code", "batch", "limit", "uses", "expires_at", "revoked_at")


@staff_page(Permission.PROMOTIONS_READ)
def promotions(request: StaffRequest) -> HttpResponse:
    """All of them, with how they were used."""
    found = promotions_for_list(after=cursor_of(request))
    figures = figures_of(promotion_ids=[one.pk for one in found.rows])
    context = {
        "listing": listing(request, filters=Filters(request), page=found, columns=_COLUMNS), "figures": figures,
        "given": {one.pk: Money(figures[one.pk].given, one.currency) for one in found.rows},
        "words": {one.pk: in_words(one) for one in found.rows}, "now": clock.now(),
    }  # fmt: skip
    return render(request, "credit/console/promotions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.PROMOTIONS_WRITE)
def edit(request: StaffRequest, public_id: str = "") -> HttpResponse:
    """Set one up, or change its terms."""
    found = promotion_by_public_id(public_id=public_id) if public_id else None
    currency = request.store.currency
    if request.method != "POST":
        form = PromotionForm(initial=as_form(found) if found else None, currency=currency)
        return render(request, "credit/console/promotion_form.html", {"form": form, "promotion": found})
    form = PromotionForm(request.POST, currency=currency)
    if form.is_valid():
        try:
            told = form.promotion()
            saved = save_promotion(store=request.store, promotion=found, told=told, by=request.who, now=clock.now())
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        except ValueError:
            form.add_error(None, _("Something in these terms does not fit; look at percent, currency and amounts."))
        else:
            toasts.success(request, _("It holds from now on, also for codes that are out."))
            return redirect("promotion", store=request.store.slug, public_id=saved.public_id)
    return render(request, "credit/console/promotion_form.html", {"form": form, "promotion": found}, status=422)


@staff_page(Permission.PROMOTIONS_READ)
def promotion(request: StaffRequest, public_id: str) -> HttpResponse:
    """One, with its codes."""
    return _page(request, promotion_by_public_id(public_id=public_id))


@require_POST
@staff_page(Permission.PROMOTIONS_WRITE)
def act(request: StaffRequest, public_id: str) -> HttpResponse:
    """Make codes, add own ones, revoke some, or end it."""
    found = promotion_by_public_id(public_id=public_id)
    what = request.POST.get("do", "")
    try:
        if what == "end":
            end_promotion(promotion=found, by=request.who, now=clock.now())
            toasts.success(request, _("None of its codes counts any more."))
        elif what in _FORMS:
            form = _FORMS[what](request.POST, request.FILES)
            if not form.is_valid():
                return _page(request, found, wrong=form, status=422)
            count = _done(request, found, what, form.cleaned_data)
            toasts.success(request, ngettext("%(n)s code.", "%(n)s codes.", count) % {"n": number(count)})
    except Refusal as refusal:
        toasts.error(request, refusal.sentence)
    return redirect("promotion", store=request.store.slug, public_id=public_id)


@staff_page(Permission.PROMOTIONS_READ)
def export(request: StaffRequest, public_id: str) -> HttpResponseBase:
    """Its codes as a file."""
    found = promotion_by_public_id(public_id=public_id)

    def read(cursor: str) -> Chunk:
        page = codes_of(promotion=found, after=cursor, limit=ROWS_AT_ONCE)
        with timezone.override(request.store.time_zone):
            return Chunk([_cells(one) for one in page.rows], page.following)

    return csv_response(name=f"codes-{found.public_id}", store_id=request.store.pk, header=_CSV, read=read)


def _done(request: StaffRequest, found: Promotion, what: str, said: dict[str, object]) -> int:
    """How many codes it were."""
    by, now, batch = request.who, clock.now(), str(said["batch"] or "")
    if what == "make":
        count = int(str(said["count"]))
        return generate_codes(promotion=found, count=count, prefix=str(said["begin"]), batch=batch, by=by, now=now)
    if what == "add":
        codes, limit = list(map(str, said["all"])), said["limit"]  # type: ignore[call-overload]
        return add_codes(
            promotion=found, codes=codes, limit=int(str(limit)) if limit else None, batch=batch, by=by, now=now
        )
    codes = [str(said["code"])] if said["code"] else []
    return revoke_codes(promotion=found, codes=codes, batch=batch, by=by, now=now)


def _page(request: StaffRequest, found: Promotion, *, wrong: Form | None = None, status: int = 200) -> HttpResponse:
    """`wrong` is the form that was sent and does not fit."""
    filters, now = Filters(request), clock.now()
    codes = codes_of(promotion=found, words=filters.chosen("q") or "", after=cursor_of(request))
    figures = figures_of(promotion_ids=[found.pk])[found.pk]
    context = {
        "promotion": found, "words": in_words(found), "figures": figures, "codes": codes, "filters": filters,
        "given": Money(figures.given, found.currency), "is_running": found.is_running(now), "now": now,
        "budget": Money(found.budget_amount, found.currency) if found.budget_amount is not None else None,
        **{f"{what}_form": wrong if isinstance(wrong, kind) else kind() for what, kind in _FORMS.items()},
    }  # fmt: skip
    return render(request, "credit/console/promotion.html", context, status=status)


def _cells(one: Code) -> list[object]:
    moments = [
        timezone.localtime(at).isoformat(timespec="minutes") if at else "" for at in (one.expires_at, one.revoked_at)
    ]
    return [one.code, one.batch, one.limit, one.uses, *moments]


urlpatterns = [
    path("promotions/", promotions, name="promotions"),
    path("promotions/new/", edit, name="promotion_new"),
    path("promotions/<str:public_id>/", promotion, name="promotion"),
    path("promotions/<str:public_id>/edit/", edit, name="promotion_edit"),
    path("promotions/<str:public_id>/act/", act, name="promotion_act"),
    path("promotions/<str:public_id>/codes.csv", export, name="promotion_codes"),
]

register_entry(
    Entry(
        group="Engagement", position=37, label=gettext_lazy("Promotions"), icon="ticket-percent",
        url_name="promotions", permission=Permission.PROMOTIONS_READ,
    )
)  # fmt: skip
