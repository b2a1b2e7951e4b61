"""At which times one may be written to: spans of the local day, by weekday and holiday, wherever the recipient may be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from aftercare.foundation.stores.policy import public_holidays

# Spans of minutes since midnight, in their order.
Spans = tuple[tuple[int, int], ...]
DAY = 24 * 60
ALL_DAY: Spans = ((0, DAY),)
_HORIZON_DAYS = 15
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class OpenHours:
    """When one may write: on workdays, Saturdays and Sundays, and on public holidays (None: as on any such day).

    An empty day is closed. `source` says whose rule it is.
    """

    source: str
    weekday: Spans = ALL_DAY
    saturday: Spans = ALL_DAY
    sunday: Spans = ALL_DAY
    holiday: Spans | None = None

    def on(self, day: date, country: str) -> Spans:
        """The spans of this local date."""
        if self.holiday is not None and day in public_holidays(country, "", day.year):
            return self.holiday
        match day.weekday():
            case 5:
                return self.saturday
            case 6:
                return self.sunday
        return self.weekday


def hours_but(quiet_from: time, quiet_until: time, *, source: str) -> OpenHours | None:
    """Every hour of every day outside a span that may wrap midnight; None where the span is empty."""
    start, end = _minutes(quiet_from), _minutes(quiet_until)
    if start == end:
        return None
    parts: Spans = ((end, start),) if start > end else ((0, start), (end, DAY))
    spans = tuple(span for span in parts if span[0] < span[1])
    return OpenHours(source, spans, spans, spans)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """All hours that hold for a recipient; who may be in one of several zones is left alone while it is night in any.

    Shared by everybody of whom the same holds, so that a batch asks once for each instant.
    """

    zones: tuple[str, ...]
    country: str = ""
    hours: tuple[OpenHours, ...] = ()
    _known: dict[datetime, tuple[datetime, str]] = field(default_factory=dict, repr=False)
    _clocks: dict[datetime, datetime] = field(default_factory=dict, repr=False)

    def opens_at(self, at: datetime) -> datetime:
        """The first instant from `at` on at which one may write: `at` itself where one may."""
        return self.opening(at)[0]

    def opening(self, at: datetime) -> tuple[datetime, str]:
        """The same, and whose rule is in the way, where one can be named."""
        if not self.hours:
            return at, ""
        known = self._known.get(at)
        if known is None:
            if len(self._known) > _MOST_STEPS:
                self._known.clear()
            known = self._known[at] = self._look(at)
        return known

    @property
    def places(self) -> tuple[ZoneInfo, ...]:
        """The zones in which the recipient may be."""
        return tuple(ZoneInfo(zone) for zone in self.zones)

    def local(self, at: datetime) -> datetime:
        """The recipient's wall clock, as far as one zone is known."""
        known = self._clocks.get(at)
        if known is None:
            if len(self._clocks) > _MOST_STEPS:
                self._clocks.clear()
            known = self._clocks[at] = at.astimezone(ZoneInfo(self.zones[0]))
        return known

    def _look(self, at: datetime) -> tuple[datetime, str]:
        moment, source = at, ""
        for _ in range(_MOST_STEPS):
            later, by = max(
                ((_from(moment, zone, self.country, one), one.source) for zone in self.zones for one in self.hours),
                key=lambda found: found[0],
            )
            if later == moment:
                break
            moment, source = later, source or by
        return moment, source


def _from(at: datetime, zone: str, country: str, hours: OpenHours) -> datetime:
    """The first open instant of these hours; the end of the horizon where there is none."""
    place = ZoneInfo(zone)
    first = at.astimezone(place).date()
    for day in (first + timedelta(days=ahead) for ahead in range(_HORIZON_DAYS)):
        for start, end in _instants(day, hours.on(day, country), place):
            if at < end:
                return max(at, start)
    return at + timedelta(days=_HORIZON_DAYS)


def _instants(day: date, spans: Spans, place: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """In the hour that clocks go through twice, a span begins at the second time and ends at the first."""
    for start, end in spans:
        yield _at(day, start, place, fold=1), _at(day, end, place, fold=0)


def _at(day: date, minute: int, place: ZoneInfo, *, fold: int) -> datetime:
    on = day + timedelta(days=minute // DAY)
    clock = time(minute % DAY // 60, minute % 60, fold=fold)
    return datetime.combine(on, clock, place).astimezone(UTC)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
