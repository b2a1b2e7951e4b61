"""Tiles: the last seven days against the seven before."""

from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.week import count_tile, fortnight, share_tile

DAYS = [date(2026, 11, 9) + timedelta(days=ahead) for ahead in range(14)]


def test_a_fortnight_of_local_days() -> None:
    days, since = fortnight(Store(time_zone="Pacific/Auckland"), datetime(2026, 11, 22, 12, tzinfo=UTC))
    assert (days[0], days[-1], len(days)) == (date(2026, 11, 10), date(2026, 11, 23), 14)
    assert since.isoformat() == "2026-11-10T00:00:00+13:00"


@pytest.mark.parametrize(
    ("before", "now", "change", "tone"),
    [
        (10, 15, "+50%", "good"),
        (10, 5, "\N{MINUS SIGN}50%", "attention"),
        (10, 10, "unchanged", "neutral"),
        (0, 5, None, None),
    ],
)
def test_more_or_fewer(before: int, now: int, change: str | None, tone: str | None) -> None:
    tile = count_tile("Orders", {DAYS[0]: before, DAYS[13]: now}, DAYS, more_is="good")
    assert (tile["value"], tile.get("change"), tile.get("tone")) == (str(now), change, tone)
    assert tile["values"] == [0, 0, 0, 0, 0, 0, now]


def test_a_share_changes_by_points() -> None:
    tile = share_tile("On time", {DAYS[1]: (8, 10), DAYS[8]: (9, 10), DAYS[9]: (0, 0)}, DAYS)
    assert (tile["value"], tile["change"], tile["direction"], tile["tone"]) == ("90%", "+10 points", "up", "good")
    assert tile["values"] == [0.9]


def test_no_share_of_nothing() -> None:
    tile = share_tile("On time", {}, DAYS)
    assert (tile["value"], tile["values"]) == ("\N{EN DASH}", [])
    assert "change" not in tile
