"""What the law gives shoppers where they live, and whether an order can be withdrawn from now."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from aftercare.care.return_policies.policy.facts import LineFacts, OrderFacts, RequestFacts
from aftercare.care.return_policies.vocabulary import Blame, ItemState, LineKind, Nature

_SATURDAY = 5
_PACKAGE = __package__.rpartition(".")[0]


class Exemption(StrEnum):
    """Of what the law lets nobody withdraw."""

    PERSONALISED = "personalised"
    PERISHABLE = "perishable"
    HYGIENE = "hygiene"
    SEALED_MEDIA = "sealed_media"
    PRESS = "press"
    DATED = "dated"
    DOWNLOAD_BEGUN = "download_begun"
    SERVICE_PERFORMED = "service_performed"


# These only once the seal is broken.
_BY_SEAL = {Nature.HYGIENE: Exemption.HYGIENE, Nature.SEALED_MEDIA: Exemption.SEALED_MEDIA}
_BY_NATURE = {
    Nature.PERSONALISED: Exemption.PERSONALISED, Nature.PERISHABLE: Exemption.PERISHABLE, Nature.PRESS: Exemption.PRESS,
    Nature.DATED: Exemption.DATED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Law:
    """Of one country or several; `days` 0 where nobody can withdraw."""

    key: str
    countries: frozenset[str]
    days: int
    source: str
    to_next_working_day: bool = False
    original_shipping: bool = False
    return_cost: Blame = Blame.SHOPPER
    exceptions: frozenset[Exemption] = frozenset()
    online_from: date | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Whether a line can be withdrawn from now. `until` None: the time has not begun to run; the law gives until then."""

    law: str
    is_open: bool
    until: datetime | None = None
    exemption: Exemption | None = None
    # The site must have a function for it: since when, and whether by now.
    is_function_due: bool = False


@cache
def laws() -> tuple[Law, ...]:
    """All that are known."""
    told = tomllib.loads(files(_PACKAGE).joinpath("law.toml").read_text(encoding="utf-8"))
    return tuple(_law(one) for one in told["law"])


@cache
def law_for(country: str) -> Law | None:
    """The law of a country; None where we do not know it."""
    return next((law for law in laws() if country in law.countries), None)


def withdrawal_of(
    *, law: Law, order: OrderFacts, line: LineFacts, request: RequestFacts, zone: tzinfo, now: datetime
) -> Withdrawal:
    """What the law gives for this line at this moment."""
    if not law.days:
        return Withdrawal(law.key, is_open=False)
    until = _until(law, order, line, zone)
    exempt = exemption_of(law=law, line=line, state=request.state)
    is_open = exempt is None and (until is None or now < until)
    is_due = law.online_from is not None and law.online_from <= now.astimezone(zone).date()
    return Withdrawal(law.key, is_open, until, exempt, is_function_due=is_open and is_due)


def exemption_of(*, law: Law, line: LineFacts, state: ItemState) -> Exemption | None:
    """Why the law lets nobody withdraw from it; None where it does."""
    found = {_BY_NATURE[nature] for nature in line.natures if nature in _BY_NATURE}
    if state is not ItemState.UNOPENED:
        found |= {_BY_SEAL[nature] for nature in line.natures if nature in _BY_SEAL}
    if line.is_performed:
        by_kind = {LineKind.DIGITAL: Exemption.DOWNLOAD_BEGUN, LineKind.SERVICE: Exemption.SERVICE_PERFORMED}
        found |= {exempt for kind, exempt in by_kind.items() if line.kind == kind}
    return min(found & law.exceptions, default=None)


def end_of_day(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The first instant after the day so many days after that of `at`."""
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=days + 1), time.min, zone)


def _until(law: Law, order: OrderFacts, line: LineFacts, zone: tzinfo) -> datetime | None:
    begins = order.placed_at if line.kind in (LineKind.SERVICE, LineKind.DIGITAL) else order.all_delivered_at
    if begins is None:
        return None
    until = end_of_day(begins, law.days, zone)
    last = until.date() - timedelta(days=1)
    if law.to_next_working_day and last.weekday() >= _SATURDAY:
        until = datetime.combine(until.date() + timedelta(days=7 - last.weekday()), time.min, zone)
    return until


def _law(told: Mapping[str, Any]) -> Law:
    return Law(
        key=told["key"], countries=frozenset(told["countries"]), days=told["days"], source=told["source"],
        to_next_working_day=told.get("to_next_working_day", False),
        original_shipping=told.get("original_shipping", False),
        return_cost=Blame(told.get("return_cost", Blame.SHOPPER)),
        exceptions=frozenset(Exemption(word) for word in told.get("exceptions", ())), online_from=told.get("online_from"),
    )  # fmt: skip
