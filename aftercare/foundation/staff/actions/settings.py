"""Changing a store's settings, with a trace: the store itself stands below the log and cannot leave one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.staff.events import StoreChanged
from aftercare.foundation.stores.actions import change_store
from aftercare.foundation.stores.models import Store

_LONGEST_SHOWN = 200


@transaction.atomic
def change_settings(*, store: Store, by: str, now: datetime, **settings: object) -> Store:
    """Change settings of a store; raises Invalid naming the setting that is wrong. What stays the same leaves no trace."""
    before = _current(store, settings)
    changed = change_store(store=store, **settings)
    after = _current(store, settings)
    changes = {
        name: {"before": _shown(before[name]), "after": _shown(after[name])}
        for name in settings if before[name] != after[name]
    }  # fmt: skip
    if changes:
        fact = Fact(StoreChanged(changes=changes), store_id=store.pk, occurred_at=now, actor=by)
        record([fact], now=now)
    return changed


def _current(store: Store, names: Iterable[str]) -> dict[str, Any]:
    current: dict[str, Any] = Store.objects.values(*names).get(pk=store.pk)
    return current


def _shown(value: object) -> Any:
    """As JSON says it; a logo is long, and that it changed is enough."""
    if isinstance(value, bool | int | dict | list):
        return value
    text = str(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
