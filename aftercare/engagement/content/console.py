"""The console's pages about guides."""

from typing import Any

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from aftercare.commerce.catalog.queries import product_card
from aftercare.engagement.content.actions import (
    remove_guide,
    tie_collection,
    tie_product,
    untie_collection,
    untie_product,
    write_guide,
)
from aftercare.engagement.content.forms import GuideForm, GuideListFilters
from aftercare.engagement.content.kinds import can_be_ticked, in_order, kind_choices, kinds
from aftercare.engagement.content.markdown import guide_body
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.overview import (
    categories_offered,
    coverage,
    guide_by_public_id,
    guides_for_list,
    languages_of,
    products_offered,
)
from aftercare.engagement.content.queries import checklist_figures, collections_of_guide, products_of_guide
from aftercare.engagement.content.texts import text_context
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.listing import Column, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (Column(_("Guide")), Column(_("Kind")), Column(_("Language")), Column(_("Changed")))


@staff_page(Permission.CATALOG_READ)
def guides(request: StaffRequest) -> HttpResponse:
    """Every guide in every language, and which products have none."""
    filters = GuideListFilters(request)
    found = guides_for_list(filters=filters.narrowed(), after=cursor_of(request))
    kind = request.GET.get("lacking", "")
    lacking = kind if kind in kinds else ""
    shown = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS),
        "coverage": coverage(store_id=request.store.pk, kind=lacking), "lacking": lacking, "kinds": kind_choices(),
    }  # fmt: skip
    return render(request, "content/console/guides.html", shown)


@staff_page(Permission.CATALOG_READ)
def guide(request: StaffRequest, public_id: str) -> HttpResponse:
    """One guide as customers read it, with its languages and products."""
    found = guide_by_public_id(public_id=public_id)
    words = request.GET.get("product", "").replace("\x00", "")[:100]
    context = {
        "guide": found, **text_context(found), "languages": languages_of(guide=found),
        "products": products_of_guide(guide=found), "words": words,
        "offered": products_offered(guide=found, words=words), "collections": collections_of_guide(guide=found),
    }  # fmt: skip
    context["categories"] = categories_offered(without=context["collections"])
    if can_be_ticked(found.kind):
        context["figures"] = _figures(request, found)
    return render(request, "content/console/guide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.CATALOG_WRITE)
def write(request: StaffRequest, public_id: str = "") -> HttpResponse:
    """A new guide, one in another language, or one written anew."""
    found = guide_by_public_id(public_id=public_id) if public_id else None
    form = GuideForm(request.POST if request.method == "POST" else None, initial=_initial(request, found))
    if not form.is_valid():
        return _editor(request, form, found)
    if request.POST.get("do") == "preview":
        return _editor(request, form, found, shown=Guide(**_fields_of(form), updated_at=clock.now()))
    try:
        kept = write_guide(store=request.store, guide=form.guide(), by=request.who, now=clock.now(), instead_of=found)
    except Refusal as refusal:
        form.add_error(refusal.field or None, f"{refusal.sentence} {refusal.remedy}".strip())
        return _editor(request, form, found)
    toasts.success(request, _("Customers read it from now on."))
    return redirect("guide", store=request.store.slug, public_id=kept.public_id)


@require_POST
@staff_page(Permission.CATALOG_WRITE)
def change_products(request: StaffRequest, public_id: str) -> HttpResponse:
    """Say that it helps with a product, or no more."""
    found = guide_by_public_id(public_id=public_id)
    if add := request.POST.get("add"):
        tie_product(guide=found, product=product_card(public_id=add))
    elif remove := request.POST.get("remove"):
        untie_product(guide=found, product=product_card(public_id=remove))
    elif category := request.POST.get("add_collection", "")[:120]:
        if category in categories_offered(without=()):
            tie_collection(guide=found, category=category)
    elif category := request.POST.get("remove_collection", "")[:120]:
        untie_collection(guide=found, category=category)
    return redirect("guide", store=request.store.slug, public_id=public_id)


@require_POST
@staff_page(Permission.CATALOG_WRITE)
def remove(request: StaffRequest, public_id: str) -> HttpResponse:
    """Take it away in its language."""
    remove_guide(guide=guide_by_public_id(public_id=public_id), by=request.who, now=clock.now())
    toasts.success(request, _("Nobody reads it any more."))
    return redirect("guides", store=request.store.slug)


def _figures(request: StaffRequest, found: Guide) -> dict[str, Any]:
    """How customers fare with a checklist, step by step."""
    figures = checklist_figures(store_id=request.store.pk, slug=found.slug)
    steps = [
        {"place": place, "text": text, "ticked": figures.ticked.get(place, 0), "stopped": figures.stopped.get(place, 0)}
        for place, text in enumerate(guide_body(found.body).steps, start=1)
    ]
    return {"begun": figures.begun, "finished": figures.finished, "steps": steps}


def _fields_of(form: GuideForm) -> dict[str, Any]:
    """What the form says, as the fields of a guide."""
    return {name: form.cleaned_data[name] for name in GuideForm.base_fields}


def _initial(request: StaffRequest, found: Guide | None) -> dict[str, Any]:
    """For another language of a guide, its words to translate."""
    if found is not None:
        return GuideForm.said_of(found)
    of = request.GET.get("of", "")
    if not of:
        return {"locale": request.store.locale}
    return {**GuideForm.said_of(guide_by_public_id(public_id=of)), "locale": ""}


def _editor(request: StaffRequest, form: GuideForm, found: Guide | None, *, shown: Guide | None = None) -> HttpResponse:
    back = (
        reverse("guide", args=[request.store.slug, found.public_id])
        if found
        else reverse("guides", args=[request.store.slug])
    )
    context = {"form": form, "guide": found, "shown": shown, "kinds": in_order(), "back": back}
    if shown is not None:
        context.update(text_context(shown))
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "content/console/write.html", context, status=status)


urlpatterns = [
    path("guides/", guides, name="guides"),
    path("guides/new/", write, name="guide_new"),
    path("guides/<str:public_id>/", guide, name="guide"),
    path("guides/<str:public_id>/write/", write, name="guide_write"),
    path("guides/<str:public_id>/products/", change_products, name="guide_products"),
    path("guides/<str:public_id>/remove/", remove, name="guide_remove"),
]

register_entry(
    Entry(
        group="Engagement", position=30, label=_("Content"), icon="book-open", url_name="guides",
        permission=Permission.CATALOG_READ,
    )
)  # fmt: skip
