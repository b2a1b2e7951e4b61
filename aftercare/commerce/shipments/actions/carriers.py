"""Connecting carriers, and taking in what they push."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from aftercare.commerce.shipments.actions.looks import LOOKS, plan_looks
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.actions.scans import record_scans
from aftercare.commerce.shipments.carriers import registry
from aftercare.commerce.shipments.errors import NotConnected
from aftercare.commerce.shipments.events import (
    CarrierConnected,
    CarrierDisconnected,
    CarrierEvent,
    CarrierPaused,
)
from aftercare.commerce.shipments.models import CarrierAccount
from aftercare.commerce.shipments.queries import carrier_account
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.sealing import seal, unseal
from aftercare.foundation.stores.models import Store


@transaction.atomic
def connect_carrier(
    *, store_id: int, carrier_key: str, settings: Mapping[str, Any], now: datetime, by: str = ""
) -> CarrierAccount:  # fmt: skip
    """Keep what a store says of a carrier; raises NotFound for an unknown carrier and Invalid naming the setting.

    Connected anew, it starts afresh: what went wrong with the settings before is no longer held against it.
    """
    kept = {
        "sealed_config": seal(_checked(carrier_key, settings)), "state": CarrierAccount.State.ACTIVE, "free_at": None,
        "failures": 0, "problem": "",
    }  # fmt: skip
    account, is_new = CarrierAccount.objects.update_or_create(
        store_id=store_id,
        carrier=carrier_key,
        defaults=kept,
        create_defaults={**kept, "connected_at": now, "connected_by": by},
    )
    plan_looks(store_id=store_id, now=now)
    _record(store_id, CarrierConnected(carrier_key, anew=not is_new), by=by, now=now)
    wake(LOOKS)
    return account


def _checked(carrier_key: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    form_class = registry[carrier_key].ConfigForm
    if form_class is None:
        return {}
    form = form_class(data=dict(settings))
    if not form.is_valid():
        field, messages = next(iter(form.errors.items()))
        raise Invalid(str(messages[0]), field=field)
    return form.cleaned_data


def change_settings(*, account: CarrierAccount, settings: Mapping[str, Any], by: str, now: datetime) -> CarrierAccount:
    """Connect with other settings; what is left empty stays as it was, for secrets are not shown to be sent back."""
    said = {name: value for name, value in settings.items() if value not in (None, "")}
    return connect_carrier(
        store_id=account.store_id, carrier_key=account.carrier, by=by, now=now,
        settings={**unseal(account.sealed_config), **said},
    )  # fmt: skip


@transaction.atomic
def pause_carrier(*, account: CarrierAccount, paused: bool, now: datetime, by: str = "system") -> None:
    """Take nothing from a carrier and ask it nothing, or do so again; its settings stay."""
    state = CarrierAccount.State.PAUSED if paused else CarrierAccount.State.ACTIVE
    CarrierAccount.objects.filter(pk=account.pk).update(state=state)
    _record(account.store_id, CarrierPaused(account.carrier, paused=paused), by=by, now=now)
    if not paused:
        wake(LOOKS)


@transaction.atomic
def disconnect_carrier(*, store_id: int, carrier_key: str, now: datetime, by: str = "system") -> None:
    """Forget a carrier's secrets: what it pushes from now on is refused. Its parcels and scans stay."""
    deleted, _ = CarrierAccount.objects.filter(store_id=store_id, carrier=carrier_key).delete()
    if not deleted:
        raise NotConnected(f"The store has not connected '{carrier_key}'.")
    _record(store_id, CarrierDisconnected(carrier_key), by=by, now=now)
    # Another connection may know of the same parcels.
    plan_looks(store_id=store_id, now=now)


def _record(store_id: int, fact: CarrierEvent, *, by: str, now: datetime) -> None:
    record([Fact(fact, store_id=store_id, occurred_at=now, actor=by or "system")], now=now)


def receive_webhook(
    *, store: Store, carrier_key: str, body: bytes, headers: Mapping[str, str], now: datetime,
    query: Mapping[str, str] | None = None,
) -> Recorded:  # fmt: skip
    """Take in a message a carrier pushed, within the store's scope; raises a Refusal, and nothing else, for a bad one.

    A message may be sent again at will: what is known already changes nothing.
    """
    account = carrier_account(store_id=store.pk, carrier_key=carrier_key)
    if account.state == CarrierAccount.State.PAUSED:
        raise NotConnected("The store has paused this carrier.", remedy="Take it up again under Carriers.")
    try:
        updates = registry[carrier_key].parse_webhook(
            body=body,
            headers={name.lower(): value for name, value in headers.items()},
            query=query or {},
            config=unseal(account.sealed_config),
            zone=ZoneInfo(store.time_zone),
            now=now,
        )
    except Refusal as refusal:
        _count(account, "refused", now, refusal=refusal.sentence[:300])
        raise
    recorded = record_scans(store_id=store.pk, source=carrier_key, updates=updates, now=now)
    _count(account, "heard", now)
    return recorded


def _count(account: CarrierAccount, what: str, now: datetime, **also: str) -> None:
    CarrierAccount.objects.filter(pk=account.pk).update(**{what: F(what) + 1, f"{what}_at": now, **also})
