"""Opening a claim, by whoever does: the shopper, staff or a program, under one policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from aftercare.care.protection.actions.pictures import Picture
from aftercare.care.protection.actions.rows import hold_messages, incident_for, note_step
from aftercare.care.protection.errors import NotClaimable
from aftercare.care.protection.models import Claim, ClaimPhoto
from aftercare.care.protection.policy.moves import due_in
from aftercare.care.protection.policy.windows import Window
from aftercare.care.protection.queries import terms_now, windows_of_parcels
from aftercare.care.protection.schemas import MOST_PHOTOS
from aftercare.care.protection.vocabulary import UNSETTLED, ClaimKind, ClaimState
from aftercare.care.protection.wording import refusal_in_words, trace_as_kept
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said to have become of a parcel, in whose own words, with photos that were looked at."""

    kind: ClaimKind
    words: str = ""
    photos: Sequence[Picture] = ()


class Opened(NamedTuple):
    """The claim, and whether it was opened now rather than before."""

    claim: Claim
    is_new: bool


@transaction.atomic
def open_claim(
    *, store: Store, order: Order, shipment: Shipment, statement: Statement, by: str, now: datetime, tells: bool = True
) -> Opened:  # fmt: skip
    """Open a claim of this kind for a parcel, or answer the one that is open; raises NotClaimable, or Invalid for photos.

    `tells` has the customer told by a message.
    """
    kind = statement.kind
    # Of two who open at once, the second finds the first's.
    lock_for_transaction("claims of a store", store.pk)
    known = Claim.objects.filter(shipment=shipment, kind=kind).select_related("order", "shipment", "customer")
    latest = known.order_by("-opened_at", "-id").first()
    if latest is not None and latest.state in UNSETTLED:
        return Opened(latest, is_new=False)
    if latest is not None and latest.state != ClaimState.WITHDRAWN:
        raise NotClaimable(_("This has been decided already."), field="kind")
    terms = terms_now()
    (found,) = windows_of_parcels(order=order, parcels=[shipment], store=store, terms=terms)
    window = found.window(kind)
    _check(window, statement.photos, now, ZoneInfo(store.time_zone))
    incident, is_own = incident_for(order=order, shipment=shipment, kind=kind, by=by, now=now)
    claim = Claim.objects.create(
        store=store, order=order, shipment=shipment, customer_id=order.customer_id, incident=incident,
        opened_incident=is_own, kind=kind, carrier=shipment.carrier, told=statement.words,
        plan=found.plan.key if found.plan else "", terms=terms.number, trace=trace_as_kept(window.trace),
        closes_at=window.closes, opened_at=now, opened_by=by, due_at=now + due_in(ClaimState.OPEN),
    )  # fmt: skip
    ClaimPhoto.objects.bulk_create(
        ClaimPhoto(store=store, claim=claim, content=one.content, width=one.width, height=one.height, added_at=now)
        for one in statement.photos
    )
    hold_messages(claim, now=now)
    note_step(claim, by=by, now=now, tells=tells)
    return Opened(claim, is_new=True)


def _check(window: Window, photos: Sequence[Picture], now: datetime, zone: ZoneInfo) -> None:
    if not window.is_open(now):
        raise NotClaimable(refusal_in_words(window, now=now, zone=zone), field="kind")
    if len(photos) < window.photos:
        raise Invalid(_("A photo of the damage is needed."), field="photos")
    if len(photos) > MOST_PHOTOS:
        raise Invalid(_("These are more than %(n)d photos.") % {"n": MOST_PHOTOS}, field="photos")
