"""Working time: calendar days weighed by how much is delivered on them, so that weekends and holidays are short."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from aftercare.commerce.promises.estimating.columns import Codes, Floats, weekday

_WORTH_A_DAY = 20  # parcels that speak for an even week before anything is known
_SHORTEST_DAY = 0.05
EVEN_WEEK = np.ones(7)


@dataclass(frozen=True, slots=True)
class Clock:
    """Turns calendar days into working days and back, between `first` and the end of its table.

    A holiday of a country is as short as that week's shortest day. Countries are rows of `passed`, by their code.
    """

    first: int
    shares: Floats
    passed: Floats

    def working(self, moments: Floats, countries: Codes) -> Floats:
        """Working days from `first` to each moment; `inf` stays what it is."""
        return self._through(moments, countries, back=False)

    def calendar(self, working: Floats, countries: Codes) -> Floats:
        return self._through(working, countries, back=True)

    def _through(self, values: Floats, countries: Codes, *, back: bool) -> Floats:
        days = self.first + np.arange(self.passed.shape[1], dtype=np.float64)
        result = np.empty(len(values))
        for code in np.unique(countries):
            here = countries == code
            passed = self.passed[code]
            known, wanted = (passed, days) if back else (days, passed)
            result[here] = np.interp(values[here], known, wanted)
        return np.where(np.isfinite(values), result, values)


def shares_of_week(*, delivered: Floats) -> Floats:
    """How much of a week's work is done on each weekday, Monday first, 1 on average."""
    counts = np.bincount(weekday(delivered), minlength=7) + _WORTH_A_DAY
    shares = np.maximum(counts / counts.mean(), _SHORTEST_DAY)
    even: Floats = shares / shares.mean()
    return even


def make_clock(*, shares: Floats, holidays: Sequence[Mapping[int, object]], first: int, last: int) -> Clock:
    """A clock for the days from `first` to `last`; `holidays` are days since 1970, one set for each country code."""
    days = np.arange(first, last)
    rows = []
    for closed in holidays:
        work = shares[weekday(days)]
        inside = [day - first for day in closed if first <= day < last]
        work[inside] = shares.min()
        rows.append(np.concatenate([[0.0], np.cumsum(work)]))
    return Clock(first, shares, np.array(rows))
