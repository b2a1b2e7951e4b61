"""Entering by date: whoever's day has come, in sets, page by page.

How far a journey has been looked through is a row of its own; it commits with who entered. After a standstill the window
is wider, up to what the journey still takes for news, and nobody enters twice: an occasion's key is its entry key.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from aftercare.engagement.journeys.actions.enter import LiveVersion, enrol
from aftercare.engagement.journeys.dates import Found, Occasion, Window, dates
from aftercare.engagement.journeys.definition import Definition, parse
from aftercare.engagement.journeys.kinds import parse_config
from aftercare.engagement.journeys.models import DateWatch, Journey
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.kit.ids import uuid7s

LOOK_EVERY = timedelta(minutes=15)
_PAGE = 2000
_CLAIM = """
    SELECT v.store_id, v.trigger, j.id, j.key, v.id, v.definition::text, s.time_zone, w.seen_until, w.page_until, w.page_after
    FROM journeys_datewatch w JOIN journeys_journey j ON j.id = w.journey_id
    JOIN journeys_version v ON v.journey_id = j.id AND v.is_live JOIN stores_store s ON s.id = v.store_id
    WHERE w.look_at <= %s AND j.state = %s ORDER BY w.look_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED
"""
_SEEN = """
    UPDATE journeys_datewatch SET seen_until = %s, look_at = %s, page_until = %s, page_after = %s WHERE journey_id = %s
    RETURNING journey_id
"""


def watch_dates(*, journey: Journey, trigger: str, now: datetime) -> None:
    """Look for whose day it is from now on, or no longer; what was looked through already stays so."""
    if trigger not in dates:
        DateWatch.objects.filter(journey=journey).delete()
        return
    DateWatch.objects.get_or_create(
        journey=journey, defaults={"store_id": journey.store_id, "seen_until": now, "look_at": now}
    )


def pass_over(*, journey: Journey, now: datetime) -> None:
    """Whoever had their day while the journey was paused does not enter."""
    DateWatch.objects.filter(journey=journey).update(seen_until=now, look_at=now, page_until=None, page_after=0)


@transaction.atomic
def enter_by_date(now: datetime, *, page: int = _PAGE) -> int:
    """One page of the journey that has waited longest to be looked through; 0 where none is due."""
    claimed = fetch(_CLAIM, [now, Journey.State.LIVE])
    if not claimed:
        return 0
    store, trigger, journey, key, version, source, zone, seen_until, page_until, page_after = claimed[0]
    definition = parse(version, source)
    until = page_until or now
    window = Window(store, zone, max(seen_until, until - definition.entry.fresh_for), until)
    found = _found(trigger, definition, window, page_after, page)
    live = LiveVersion(store, trigger, journey, key, version, definition)
    _enter(live, found.occasions, now)
    if found.last is None:
        fetch(_SEEN, [until, max(now, until + LOOK_EVERY), None, 0, journey])
    else:
        fetch(_SEEN, [seen_until, now, until, found.last, journey])
    return 1


def _found(trigger: str, definition: Definition, window: Window, after: int, limit: int) -> Found:
    config = parse_config(dates, trigger, definition.settings)
    if config is None:
        return Found([], None)
    return dates[trigger].find(config, window=window, after=after, limit=limit)


def _enter(live: LiveVersion, occasions: Sequence[Occasion], now: datetime) -> None:
    ids = uuid7s(now, len(occasions))
    events = [
        Recorded(
            row_id, live.store_id, live.trigger, one.at, now, one.customer_id, one.order_id, one.shipment_id, "system",
            one.data,
        )
        for row_id, one in zip(ids, occasions, strict=True)
    ]  # fmt: skip
    keys: dict[Any, str] = {row_id: one.key for row_id, one in zip(ids, occasions, strict=True)}
    enrol(pairs=[(live, event) for event in events], now=now, is_backfill=False, keys=keys)
