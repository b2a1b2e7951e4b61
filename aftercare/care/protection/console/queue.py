"""The queue of claims: what needs a person, by when; and what carriers are to be sent."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from aftercare.care.protection.forms import ClaimFilters
from aftercare.care.protection.models import Claim
from aftercare.care.protection.queries import carriers_with_claims, claims_for_carrier, claims_for_list, count_claims
from aftercare.care.protection.tones import TONES
from aftercare.care.protection.vocabulary import ClaimKind
from aftercare.commerce.shipments.policy import carrier_key
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.money import Money
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.csv_export import Chunk, csv_response
from aftercare.foundation.web.listing import Column, View, cursor_of, listing
from aftercare.foundation.web.navigation import Entry, register_entry
from aftercare.foundation.web.staff_edge import StaffRequest, staff_page

_COLUMNS = (
    Column(_("Claim")), Column(_("Order")), Column(_("Customer")), Column(_("Carrier")), Column(_("Worth"), number=True),
    Column(_("Due")), Column(_("Opened")),
)  # fmt: skip
_VIEWS = (
    View(_("Not settled")),
    View(_("New"), {"state": "open"}),
    View(_("With the carrier"), {"state": "with_carrier"}),
    View(_("To be carried out"), {"state": "approved"}),
    View(_("Settled"), {"state": "settled"}),
    View(_("Denied"), {"state": "denied"}),
)
# What carriers and insurers ask for when one claims.
_HEADER = (
    "claim", "claim_kind", "state", "carrier", "carrier_reference", "tracking_number", "service", "order", "placed_at",
    "handed_over_at", "last_scan_at", "last_scan_place", "last_scan_text", "delivered_at", "signed_by",
    "proof_of_delivery", "expected_by", "weight_g", "sender_city", "sender_country", "recipient", "street", "postcode",
    "city", "country", "email", "phone", "worth", "currency", "description", "photos", "opened_at", "file_by",
)  # fmt: skip


@staff_page(Permission.ORDERS_READ)
def claims(request: StaffRequest) -> HttpResponse:
    """What is not settled, what is due first on top."""
    filters = ClaimFilters(request)
    found = claims_for_list(narrowed=filters.narrowed(), after=cursor_of(request))
    context = {
        "listing": listing(request, filters=filters, page=found, columns=_COLUMNS, views=_VIEWS), "tones": TONES,
        "carriers": carriers_with_claims(), "now": clock.now(),
    }  # fmt: skip
    return render(request, "protection/console/claims.html", context)


@staff_page(Permission.ORDERS_READ)
def export(request: StaffRequest) -> HttpResponseBase:
    """Claims that wait for a carrier, with all that it asks for."""
    carrier = carrier_key(request.GET.get("carrier", "")) if request.GET.get("carrier") else ""

    def read(cursor: str) -> Chunk:
        page = claims_for_carrier(carrier=carrier, after=cursor)
        with timezone.override(request.store.time_zone):
            return Chunk([list(_cells(claim)) for claim in page.rows], page.following)

    name = f"claims-{carrier}" if carrier else "claims"
    return csv_response(name=name, store_id=request.store.pk, header=_HEADER, read=read)


def _cells(claim: Claim) -> Iterator[object]:
    order, parcel = claim.order, claim.shipment
    yield from (claim.public_id, ClaimKind(claim.kind).value, claim.state, parcel.carrier_name or claim.carrier)
    yield from (claim.reference, parcel.tracking_number, parcel.service, order.number, _at(order.placed_at))
    yield from (_at(parcel.handed_over_at), _at(parcel.last_scan_at), parcel.status_place, parcel.status_text)
    yield from (_at(parcel.delivered_at), parcel.signed_by, parcel.proof_url, _at(parcel.expected_by), parcel.weight_g)
    yield from (parcel.origin.get("city", ""), parcel.origin.get("country", ""))
    yield from (order.shipping_address.get(name, "") for name in ("recipient", "street", "postcode", "city", "country"))
    goods = Money(order.total - order.shipping, order.currency)
    yield from (order.email, order.phone, goods.decimal(), order.currency)
    yield from (claim.told, claim.photo_count, _at(claim.opened_at), _at(claim.file_by))


def _at(moment: datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else ""


urlpatterns = [
    path("claims/", claims, name="claims"),
    path("claims/export/", export, name="claims_export"),
]

register_entry(
    Entry(
        group="Orders", position=45, label=_("Claims"), icon="file-warning", url_name="claims",
        permission=Permission.ORDERS_READ, count=lambda _store: count_claims(),
    )
)  # fmt: skip
