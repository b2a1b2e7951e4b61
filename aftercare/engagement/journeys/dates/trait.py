"""A date that is known of the customer, such as a birthday: once, or every year, some days before or after it."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.clocks import Clocks, clocks_choices
from aftercare.engagement.journeys.dates import DateKind, Found, Occasion, Window, register
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.choices import Choices, Offer

# As shops write them: 1990-02-28, --02-28 (RFC 6350) or 02-28.
_WRITTEN = r"^(?:([0-9]{4})-|--)?([0-9]{2}-[0-9]{2})"
_FIND = """
    SELECT id, (regexp_match(traits ->> %(trait)s, %(written)s))[1], (regexp_match(traits ->> %(trait)s, %(written)s))[2],
           time_zone
    FROM customers_customer
    WHERE store_id = %(store)s AND merged_into_id IS NULL AND id > %(after)s
        AND (regexp_match(traits ->> %(trait)s, %(written)s))[2] = ANY(%(days)s)
    ORDER BY id LIMIT %(limit)s
"""


class Often(StrEnum):
    """How often the date comes."""

    YEARLY = "yearly"
    ONCE = "once"


def _often() -> Offer:
    return [(Often.YEARLY.value, gettext_lazy("every year")), (Often.ONCE.value, gettext_lazy("once, in its own year"))]


def _sides() -> Offer:
    return [("before", gettext_lazy("before it")), ("after", gettext_lazy("after it"))]


class TraitDateConfig(BaseModel):
    """`days` 0 is the day itself."""

    model_config = ConfigDict(extra="forbid")
    trait: Annotated[
        str,
        Field(
            title=gettext_noop("Trait"), min_length=1, max_length=60, pattern=r"^[^\x00]+$",
            description=gettext_noop("Its name, as the shop sends it. Its value is a date such as 1990-02-28, or 02-28."),
        ),
    ] = "birthday"  # fmt: skip
    often: Annotated[Often, Field(title=gettext_noop("It comes")), Choices(_often)] = Often.YEARLY
    days: Annotated[int, Field(title=gettext_noop("Days"), ge=0, le=365)] = 0
    side: Annotated[str, Field(title=gettext_noop("Before or after"), pattern="^(before|after)$"), Choices(_sides)] = (
        "before"
    )
    at: Annotated[time, Field(title=gettext_noop("Time of day"))] = time(9)
    clocks: Annotated[Clocks, Field(title=gettext_noop("By")), Choices(clocks_choices)] = Clocks.CUSTOMER

    @property
    def offset(self) -> timedelta:
        return timedelta(days=-self.days if self.side == "before" else self.days)


@register
class TraitDate(DateKind[TraitDateConfig]):
    """Who was born on 29 February has their day on the 28th in other years."""

    key = "date.trait"
    label = gettext_lazy("A date of the customer's, such as their birthday")
    about = frozenset({"customer"})
    like = "order.placed"
    Config = TraitDateConfig

    def describe(self, config: TraitDateConfig) -> str:
        date_of = _("the customer's “%(trait)s”") % {"trait": config.trait}
        days = ngettext("%(n)d day", "%(n)d days", config.days) % {"n": config.days}
        side = _("before") if config.side == "before" else _("after")
        day = _("it is %(days)s %(side)s %(date)s") % {"days": days, "side": side, "date": date_of}
        day = day if config.days else _("it is %(date)s") % {"date": date_of}
        return _("%(day)s, %(often)s, at %(time)s") % {
            "day": day, "often": dict(_often())[config.often], "time": f"{config.at:%H:%M}",
        }  # fmt: skip

    def find(self, config: TraitDateConfig, *, window: Window, after: int, limit: int) -> Found:
        targets = [day - config.offset for day in window.local_dates()]
        rows = fetch(_FIND, {
            "trait": config.trait, "written": _WRITTEN, "store": window.store_id, "after": after, "limit": limit,
            "days": sorted({written for day in targets for written in _written_as(day)}),
        })  # fmt: skip
        found = [
            occasion
            for row_id, year, month_day, zone in rows
            for occasion in _occasions(row_id, year, month_day, zone, targets, config, window)
        ]
        return Found(found, rows[-1][0] if len(rows) == limit else None)


def _occasions(
    customer_id: int, year: str | None, month_day: str, zone: str, targets: list[date], config: TraitDateConfig,
    window: Window,
) -> Iterator[Occasion]:  # fmt: skip
    for target in targets:
        if month_day not in _written_as(target) or not _comes(target, year, month_day, config.often):
            continue
        moment = window.moment(target + config.offset, config.at, zone if config.clocks == Clocks.CUSTOMER else "")
        if window.holds(moment):
            key = f"date:{customer_id}:{target.year if config.often == Often.YEARLY else 'once'}"
            yield Occasion(key, moment, customer_id, data={"date": target.isoformat()})


def _comes(target: date, year: str | None, month_day: str, often: Often) -> bool:
    """Whether it comes in that year. The day it began is no anniversary of it."""
    if often == Often.ONCE:
        return f"{year}-{month_day}" == target.isoformat()
    return year is None or int(year) < target.year


def _written_as(day: date) -> list[str]:
    """The days whose anniversary this is."""
    written = f"{day:%m-%d}"
    is_last_of_short_february = written == "02-28" and (day + timedelta(days=1)).month == 3
    return [written, "02-29"] if is_last_of_short_february else [written]
