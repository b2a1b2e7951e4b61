"""How the simulated carrier reports a life: a little late at best; at worst shuffled, twice, or without a zone."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from aftercare.commerce.shipments.carriers.simulated.life import Habits, Happening, Place, Promise

Change = Callable[["Report", Random], "Report"]
_HOME = frozenset({"DLV", "NBR", "COL", "RTD"})


class Report(NamedTuple):
    """One message about one thing that happened. `arrives_at` (UTC) is when it reaches us; `at` is local time there."""

    arrives_at: datetime
    at: datetime
    code: str
    place: Place
    promise: Promise | None
    zoned: bool = True


def reported(life: Sequence[Happening], *, habits: Habits, chance: Random) -> list[Report]:
    """The messages in which a life reaches us, in the order in which they arrive."""
    reports = _prompt(life, chance)
    if chance.random() < habits.backwards:
        reports += _book_keeping(reports, chance)
    if chance.random() < habits.shuffled:
        reports = _some(reports, chance, _held_back)
    if chance.random() < habits.zone_missing:
        reports = _some(reports, chance, _without_zone)
    if chance.random() < habits.duplicated:
        reports += [_held_back(report, chance) for report in _sample(reports, chance)]
    return sorted(reports, key=lambda report: report.arrives_at)


class Outage(NamedTuple):
    """A sorting centre that stands still: of parcels that have come to it nothing is heard until it is over."""

    hub: str
    since: datetime
    until: datetime


def held_up(reports: Sequence[Report], outage: Outage) -> list[Report]:
    """The same messages as they arrive with an outage: those of parcels that lie there come when it is over."""
    held = []
    reached = False
    for report in reports:
        is_held = reached and outage.since <= report.arrives_at < outage.until
        held.append(report._replace(arrives_at=outage.until) if is_held else report)
        reached = reached or report.place.city == outage.hub
    return sorted(held, key=lambda report: report.arrives_at)


def _prompt(life: Sequence[Happening], chance: Random) -> list[Report]:
    """A few minutes late, and none before the one before it."""
    reports = []
    so_far = life[0].at.astimezone(UTC)
    for happening in life:
        so_far = max(so_far, happening.at.astimezone(UTC) + timedelta(minutes=chance.uniform(1, 20)))
        reports.append(Report(so_far, happening.at, happening.code, happening.place, happening.promise))
    return reports


def _book_keeping(reports: Sequence[Report], chance: Random) -> list[Report]:
    """Scans dated after the end that would take the parcel back to the depot, or to the beginning."""
    last = reports[-1]
    if last.code not in _HOME:
        return [_dated(reports[0], last, chance)]
    return [_dated(report, last, chance) for report in reports[1:3]]


def _dated(report: Report, after: Report, chance: Random) -> Report:
    later = timedelta(minutes=chance.randint(5, 50))
    at = (after.at.astimezone(UTC) + later).astimezone(report.at.tzinfo)
    return report._replace(at=at, arrives_at=after.arrives_at + later, promise=None)


def _some(reports: Sequence[Report], chance: Random, change: Change) -> list[Report]:
    """All reports, with a few of them changed."""
    chosen = set(_sample(reports, chance))
    return [change(report, chance) if report in chosen else report for report in reports]


def _sample(reports: Sequence[Report], chance: Random) -> list[Report]:
    return chance.sample(list(reports), k=min(len(reports), chance.randint(2, 4)))


def _held_back(report: Report, chance: Random) -> Report:
    return report._replace(arrives_at=report.arrives_at + timedelta(hours=chance.uniform(2, 30)))


def _without_zone(report: Report, chance: Random) -> Report:
    # Some of those do not even name the country, so that the store's own zone has to do.
    place = report.place if chance.random() < 0.5 else report.place._replace(country="")
    return report._replace(place=place, zoned=False)
