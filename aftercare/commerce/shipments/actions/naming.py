"""Putting right who carries a parcel, where the shop said nothing and the number was misread."""

from datetime import datetime

from django.db import transaction

from aftercare.commerce.shipments.actions.looks import plan_looks
from aftercare.commerce.shipments.carriers import naming
from aftercare.commerce.shipments.events import ShipmentCarrierCorrected
from aftercare.commerce.shipments.models import Shipment
from aftercare.commerce.shipments.vocabulary import NamedBy
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact


@transaction.atomic
def correct_carrier(*, shipment: Shipment, carrier: str, tracking_url: str, by: str, now: datetime) -> bool:
    """Staff say who carries a parcel; from now on that stays, whatever its source says. Answers whether it was news.

    Without `tracking_url` the carrier's own page is taken, if we know one.
    """
    lock_for_transaction("commerce", shipment.store_id)
    parcel = Shipment.objects.select_related("order").get(pk=shipment.pk)
    named = naming(
        carrier=carrier, carrier_name="", tracking_number=parcel.tracking_number, tracking_url=tracking_url
    )._replace(named_by=NamedBy.STAFF.value)
    before = (parcel.carrier, parcel.carrier_name, parcel.tracking_number, parcel.tracking_url, parcel.named_by)
    if named == before:
        return False
    Shipment.objects.filter(pk=parcel.pk).update(**named._asdict())
    plan_looks(store_id=parcel.store_id, shipment_ids=[parcel.pk], now=now)
    corrected = ShipmentCarrierCorrected(
        number=parcel.order.number, shipment=parcel.public_id, carrier=named.carrier,
        tracking_number=named.tracking_number, before=parcel.carrier_name or parcel.carrier, after=named.carrier_name,
    )  # fmt: skip
    record([Fact(
        event=corrected, store_id=parcel.store_id, occurred_at=now, customer_id=parcel.order.customer_id,
        order_id=parcel.order_id, shipment_id=parcel.pk, actor=by,
    )], now=now)  # fmt: skip
    return True
