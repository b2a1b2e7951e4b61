"""Connecting carriers, and taking in what they push."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.actions.scans import record_scans
from aftercare.commerce.shipments.carriers import registry
from aftercare.commerce.shipments.errors import NotConnected
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_account
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.sealing import seal, unseal
from aftercare.foundation.stores.models import Store


@transaction.atomic
def connect_carrier(*, store_id: int, carrier_key: str, settings: Mapping[str, Any], now: datetime) -> CarrierAccount:
    """Keep what a store says of a carrier; raises NotFound for an unknown carrier and Invalid naming the setting."""
    form_class = registry[carrier_key].ConfigForm
    config: dict[str, Any] = {}
    if form_class is not None:
        form = form_class(data=dict(settings))
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise Invalid(str(messages[0]), field=field)
        config = form.cleaned_data
    account, _ = CarrierAccount.objects.update_or_create(
        store_id=store_id,
        carrier=carrier_key,
        defaults={"sealed_config": seal(config)},
        create_defaults={"sealed_config": seal(config), "connected_at": now},
    )
    return account


@transaction.atomic
def disconnect_carrier(*, store_id: int, carrier_key: str) -> None:
    """Forget a carrier's secrets: what it pushes from now on is refused. Its parcels and scans stay."""
    deleted, _ = CarrierAccount.objects.filter(store_id=store_id, carrier=carrier_key).delete()
    if not deleted:
        raise NotConnected(f"The store has not connected '{carrier_key}'.")


def receive_webhook(
    *, store: Store, carrier_key: str, body: bytes, headers: Mapping[str, str], now: datetime,
    query: Mapping[str, str] | None = None,
) -> Recorded:  # fmt: skip
    """Take in a message a carrier pushed, within the store's scope; raises a Refusal, and nothing else, for a bad one.

    A message may be sent again at will: what is known already changes nothing.
    """
    account = carrier_account(store_id=store.pk, carrier_key=carrier_key)
    updates = registry[carrier_key].parse_webhook(
        body=body,
        headers={name.lower(): value for name, value in headers.items()},
        query=query or {},
        config=unseal(account.sealed_config),
        zone=ZoneInfo(store.time_zone),
        now=now,
    )
    return record_scans(store_id=store.pk, source=carrier_key, updates=updates, now=now)
