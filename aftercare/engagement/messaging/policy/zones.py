"""Where somebody may be: their own zone where it is known, else every zone of their country."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global

_WINTER, _SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


@lru_cache(maxsize=4096)
def zones_of(time_zone: str, country: str, store_zone: str, store_country: str) -> tuple[str, ...]:
    """The zones in which the recipient may be. Without a country of their own they are where the store is."""
    if time_zone:
        return (time_zone,)
    if not country or country == store_country:
        return (store_zone,)
    return _zones_in(country) or (store_zone,)


@lru_cache(maxsize=512)
def _zones_in(country: str) -> tuple[str, ...]:
    """Those of a country that differ: one for each pair of offsets in winter and summer (CLDR)."""
    found: dict[tuple[object, object], str] = {}
    for name in get_global("territory_zones").get(country, ()):
        place = ZoneInfo(name)
        found.setdefault((_WINTER.astimezone(place).utcoffset(), _SUMMER.astimezone(place).utcoffset()), name)
    return tuple(found.values())
