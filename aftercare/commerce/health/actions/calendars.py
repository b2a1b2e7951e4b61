"""The calendars of the stores a statement is about, as the arrays it takes them in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.commerce.health.worktime import Calendar, calendar
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import stores_by_id

# One row for each store. Stores of a country share one calendar, whose days begin at `start` in the array of all.
CALENDARS = """
    SELECT own.*, shared.worked, %(days)s AS days
    FROM unnest(%(stores)s::bigint[], %(zones)s::text[], %(firsts)s::date[], %(starts)s::int[],
                %(worked_now)s::float8[], %(resumes)s::timestamptz[])
             AS own(store_id, zone, first, start, worked_now, resumes_at),
         (SELECT %(worked)s::float8[] AS worked) AS shared
"""


def worked(at: str) -> str:
    """SQL for the seconds worked until `at`, a local time in the store's zone; see worktime.Calendar.until."""
    index = f"(c.start + least({at}::date - c.first, c.days - 2))"
    into = f"least(date_part('epoch', {at}::time), c.worked[{index} + 2] - c.worked[{index} + 1])"
    return f"CASE WHEN {at}::date < c.first THEN 0 ELSE c.worked[{index} + 1] + {into} END"


def calendars_of(*, store_ids: Collection[int], now: datetime) -> dict[str, Any]:
    """The parameters that CALENDARS and `worked` take. One query."""
    stores = list(stores_by_id(ids=set(store_ids)).values())
    own = [calendar_of(store, now=now) for store in stores]
    starts: dict[Calendar, int] = {}
    days: list[float] = []
    for one in own:
        if one not in starts:
            starts[one] = len(days)
            days += one.worked
    return {
        "now": now, "stores": [store.pk for store in stores], "zones": [one.zone for one in own],
        "firsts": [one.first for one in own], "starts": [starts[one] for one in own],
        "worked_now": [one.until(now) for one in own], "resumes": [one.resumes_at(now) for one in own],
        "worked": days, "days": len(own[0].worked) if own else 0,
    }  # fmt: skip


def calendar_of(store: Store, *, now: datetime) -> Calendar:
    """When carriers work around a store."""
    today = now.astimezone(ZoneInfo(store.time_zone)).date()
    return calendar(country=store.country, region=store.region, zone=store.time_zone, today=today)
