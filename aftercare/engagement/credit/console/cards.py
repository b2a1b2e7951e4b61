"""Gift cards: a list, issuing one (its code is shown once), disabling one."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from aftercare.engagement.credit.actions import Issued, disable_card, issue_card
from aftercare.engagement.credit.forms import CardForm
from aftercare.engagement.credit.queries.cards import card_by_public_id, cards_for_list, value_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, Filters, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(gettext_lazy("Card")),
    Column(gettext_lazy("Issued with"), number=True),
    Column(gettext_lazy("Value now"), number=True),
    Column(gettext_lazy("Expires")),
    Column(gettext_lazy("Issued")),
    Column(gettext_lazy("Disable"), hidden=True),
)


@staff_page(Permission.CREDIT_READ)
def cards(request: StaffRequest) -> HttpResponse:
    """All of them, the latest first; searched for by how their code ends."""
    return _page(request, CardForm(currency=request.store.currency))


@require_POST
@staff_page(Permission.CREDIT_WRITE)
def issue(request: StaffRequest) -> HttpResponse:
    """Issue one, and show its code this once."""
    form = CardForm(request.POST, currency=request.store.currency)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    try:
        issued = issue_card(
            store=request.store, amount=form.money(), key=said["key"], expires_at=form.until(), reason=said["reason"],
            by=request.who, now=clock.now(),
        )  # fmt: skip
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, form, status=422)
    return _page(request, CardForm(currency=request.store.currency), issued=issued)


@require_POST
@staff_page(Permission.CREDIT_WRITE)
def disable(request: StaffRequest, public_id: str) -> HttpResponse:
    """Nobody can use it any more."""
    reason = request.POST.get("reason", "")[:200]
    disable_card(card=card_by_public_id(public_id=public_id), reason=reason, by=request.who, now=clock.now())
    toasts.success(request, _("Nobody can use it any more."))
    return redirect("gift_cards", store=request.store.slug)


def _page(request: StaffRequest, form: CardForm, *, issued: Issued | None = None, status: int = 200) -> HttpResponse:
    filters, now = Filters(request), clock.now()
    ends = (filters.chosen("q") or "").upper()[-4:]
    found = cards_for_list(last_four=ends, after=cursor_of(request))
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS), "form": form, "issued": issued,
        "values": {one.pk: value_of(one, now=now) for one in found.rows}, "now": now,
    }  # fmt: skip
    return render(request, "credit/console/cards.html", context, status=status)


urlpatterns = [
    path("gift-cards/", cards, name="gift_cards"),
    path("gift-cards/issue/", issue, name="gift_card_issue"),
    path("gift-cards/<str:public_id>/disable/", disable, name="gift_card_disable"),
]

register_entry(
    Entry(
        group="Engagement", position=36, label=gettext_lazy("Gift cards"), icon="gift", url_name="gift_cards",
        permission=Permission.CREDIT_READ,
    )
)  # fmt: skip
