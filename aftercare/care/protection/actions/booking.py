"""What the shop says it bought for a parcel, and what staff settle by hand."""

from datetime import datetime

from django.db import transaction

from aftercare.care.protection.actions.lapsing import judge_parcels
from aftercare.care.protection.events import ProtectionBooked
from aftercare.care.protection.models import Booking, Lapse
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact


@transaction.atomic
def book_protection(
    *, shipment: Shipment, signature: bool, in_person: bool, insured: int, by: str, now: datetime
) -> Booking:  # fmt: skip
    """Keep what was bought for a parcel, in minor units of its order's currency; saying the same again changes nothing."""
    bought = {"signature": signature, "in_person": in_person, "insured": insured}
    before = Booking.objects.filter(shipment=shipment).first()
    if before is not None and all(getattr(before, name) == value for name, value in bought.items()):
        return before
    defaults = {**bought, "at": now, "by": by}
    booking, _ = Booking.objects.update_or_create(
        shipment=shipment, defaults=defaults, create_defaults={**defaults, "store_id": shipment.store_id}
    )
    order = shipment.order
    event = ProtectionBooked(number=order.number, shipment=shipment.public_id, currency=order.currency, **bought)  # type: ignore[arg-type]  # flags and an amount, by name
    record([
        Fact(event, store_id=shipment.store_id, occurred_at=now, customer_id=order.customer_id, order_id=order.pk,
             shipment_id=shipment.pk, actor=by),
    ], now=now)  # fmt: skip
    judge_parcels(order_ids=[order.pk], now=now, by=by)
    return booking


def settle_lapses(*, order_id: int, by: str, now: datetime) -> None:
    """Somebody has looked into what an order's parcels lack; settled lapses stay as they are."""
    Lapse.objects.filter(order_id=order_id, settled_at=None).update(settled_at=now, settled_by=by)
