"""The demonstration's carrier at work: it pushes what is due, through the same door as a real one."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.commerce.shipments.actions.carriers import receive_webhook
from aftercare.commerce.shipments.carriers.simulated import Simulated, consignment_of, push, scans_due
from aftercare.commerce.shipments.models import CarrierAccount, Shipment
from aftercare.foundation.kit.sealing import unseal
from aftercare.foundation.stores.models import Store

# After this a parcel that has not arrived never will, and nothing more is said of one that has.
_LONGEST_LIFE = timedelta(days=45)
_STRAGGLING = timedelta(days=4)
_AT_ONCE = 2000


@transaction.atomic
def push_simulated_scans(*, store: Store, now: datetime) -> int:
    """Bring in what the simulated carrier has to say since it was last asked; answers how many scans were new.

    How far it has been asked is kept in the same transaction, so nothing is lost or skipped whenever a worker dies.
    """
    account = CarrierAccount.objects.select_for_update(skip_locked=True).filter(carrier=Simulated.key).first()
    if account is None:
        return 0
    config = unseal(account.sealed_config)
    moving = Shipment.objects.moving_with(
        Simulated.key, announced_after=now - _LONGEST_LIFE, silent_since=now - _STRAGGLING
    )
    parcels = moving.select_related("order").only(
        "tracking_number", "origin", "created_at", "service", "last_scan_at", "order__shipping_address"
    )
    due = []
    for parcel in parcels:
        consignment = consignment_of(
            number=parcel.tracking_number, origin=parcel.origin, destination=parcel.order.shipping_address,
            announced_at=parcel.created_at, service=parcel.service,
        )  # fmt: skip
        # A parcel announced late has a past of which nothing has been heard.
        since = account.asked_until if parcel.last_scan_at else None
        reports = scans_due(consignment, since=since, until=now, config=config)
        if reports:
            due.append((consignment, reports))
    scans = 0
    for start in range(0, len(due), _AT_ONCE):
        body, headers = push(due[start : start + _AT_ONCE], config=config, now=now)
        scans += receive_webhook(store=store, carrier_key=Simulated.key, body=body, headers=headers, now=now).scans
    CarrierAccount.objects.filter(pk=account.pk).update(asked_until=now)
    return scans
