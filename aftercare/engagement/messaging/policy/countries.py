"""The country table: when marketing may reach people by phone, as data (`countries.toml`, each row with its source)."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from aftercare.engagement.messaging.policy.calendar import OpenHours, Spans

_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class CountryHours:
    """A row of the table."""

    country: str
    channels: tuple[str, ...]
    hours: OpenHours


@cache
def country_table() -> tuple[CountryHours, ...]:
    """Every row."""
    text = files(__package__).joinpath("countries.toml").read_text(encoding="utf-8")
    return tuple(
        CountryHours(
            row["country"], tuple(row["channels"]),
            OpenHours(
                row["source"], spans_of(row.get("weekday", ())), spans_of(row.get("saturday", ())),
                spans_of(row.get("sunday", ())), spans_of(row["holiday"]) if "holiday" in row else None,
            ),
        )
        for row in tomllib.loads(text)["hours"]
    )  # fmt: skip


def law_of(*, country: str, channel: str) -> tuple[OpenHours, ...]:
    """What a country says about marketing on this channel."""
    return tuple(row.hours for row in country_table() if row.country == country and channel in row.channels)


def spans_of(texts: Sequence[str]) -> Spans:
    """Spans such as 09:00-12:30, in minutes; raises ValueError where one is none, or they are out of order."""
    found: list[tuple[int, int]] = []
    for text in texts:
        match = _SPAN.fullmatch(text)
        if match is None:
            raise ValueError(text)
        hours, minutes, end_hours, end_minutes = (int(part) for part in match.groups())
        start, end = hours * 60 + minutes, end_hours * 60 + end_minutes
        if not (found[-1][1] if found else 0) <= start < end <= 24 * 60:
            raise ValueError(text)
        found.append((start, end))
    return tuple(found)


def spans_in_words(spans: Spans) -> str:
    """08:00-20:00, 21:00-22:00: as it is written."""
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)
