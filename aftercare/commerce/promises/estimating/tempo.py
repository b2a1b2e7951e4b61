"""How fast everything moves right now: a life table of the recent days, not of recent parcels.

Parcels age in units of their own usual pace. Every day each parcel under way adds to "at risk" at its age, each one
delivered to "arrived"; both fade with time. The hazards that result react to a standstill at once, at all ages, while
averages of delivered parcels learn of it only when the late ones arrive (a period life table, as demographers use it
where cohorts are not complete). A slower table of the same kind steadies what few parcels would say.
"""

from dataclasses import dataclass
from math import exp

import numpy as np

from aftercare.commerce.promises.estimating.columns import Codes, Flags, Floats

_EDGES = np.concatenate([np.arange(0, 1.5, 0.025), np.arange(1.5, 3, 0.05), np.arange(3, 8.51, 0.25)])
_WIDTHS = np.diff(_EDGES)
_BEYOND = 100.0  # paces: nothing is older
AGES = np.append(_EDGES, _BEYOND)
_BINS = len(_WIDTHS)
_FAST = 5.0  # working days in which what was seen fades to a third
_SLOW = 60.0
_STEADY = 4.0  # parcels at risk, at each age, for which the slow table speaks
_PRIOR = 1.0
_FADE_OF_ORIGINS = 14.0
_PULL_OF_ORIGINS = 30.0
_SPREAD_BEFOREHAND = 0.5
_TAIL = 8
_SLOWEST = 0.05
_MOST = 3.0  # hazard within one bin of age: all but a twentieth arrive


def _hazards_beforehand() -> Floats:
    """Of a log-normal spread around the usual pace, for a store without any history."""
    ages = np.maximum(_EDGES, 1e-9)
    z = np.log(ages) / _SPREAD_BEFOREHAND
    survival = 1 / (1 + np.exp(1.702 * z))  # the logistic stand-in for the normal tail
    hazards: Floats = np.minimum(-np.diff(np.log(survival)), _MOST)
    return hazards


_BEFOREHAND = _hazards_beforehand()


@dataclass(frozen=True, slots=True)
class Curve:
    """The share that has arrived by each age, as accumulated hazard over AGES."""

    accumulated: Floats

    def hazard(self, ages: Floats) -> Floats:
        return np.interp(ages, AGES, self.accumulated)

    def age_at(self, *, share: Floats, rates: Floats, so_far: Floats) -> Floats:
        """The age by which `share` has arrived, of those that have not at age `so_far`."""
        wanted: Floats = self.hazard(so_far) - np.log1p(-share) / rates
        ages: Floats = np.interp(wanted, self.accumulated, AGES)
        return ages

    def share_by(self, *, ages: Floats, rates: Floats, so_far: Floats) -> Floats:
        """The share that has arrived by each age, of those that have not at age `so_far`."""
        shares: Floats = -np.expm1(-rates * np.maximum(self.hazard(ages) - self.hazard(so_far), 0))
        return shares


class Tempo:
    """The two life tables, and how much faster or slower each seller's parcels are than they say."""

    def __init__(self, *, sellers: int) -> None:
        self._at_risk = np.zeros((2, _BINS))
        self._arrived = np.zeros((2, _BINS))
        self._came = np.zeros(sellers)
        self._expected = np.zeros(sellers)
        self.curve = self._curve()

    def live(self, *, before: Floats, after: Floats, arrived: Flags, sellers: Codes, worked: float) -> None:
        """One day: each parcel's age before and after it (in its paces), and whether it arrived; `worked` is the day's length."""
        at_risk, arrivals = _exposure(before, after), _count(after, arrived)
        fading = np.array([[exp(-worked / _FAST)], [exp(-worked / _SLOW)]])
        self._at_risk = self._at_risk * fading + at_risk
        self._arrived = self._arrived * fading + arrivals
        self.curve = self._curve()
        expected = self.curve.hazard(after) - self.curve.hazard(before)
        fade = exp(-worked / _FADE_OF_ORIGINS)
        self._came = self._came * fade + np.bincount(sellers, arrived.astype(np.float64), len(self._came))
        self._expected = self._expected * fade + np.bincount(sellers, expected, len(self._came))

    def rates(self) -> Floats:
        """For each seller: how many times as fast as the others; 1 for one nobody has seen."""
        rates = (self._came + _PULL_OF_ORIGINS) / (self._expected + _PULL_OF_ORIGINS)
        rates[0] = 1
        return rates

    def _curve(self) -> Curve:
        slow = (self._arrived[1] + _PRIOR * _BEFOREHAND) / (self._at_risk[1] + _PRIOR)
        fast = (self._arrived[0] + _STEADY * slow) / (self._at_risk[0] + _STEADY)
        hazards = np.minimum(fast, _MOST)
        # What is older than the table goes on as those at its end do.
        beyond = (_BEYOND - _EDGES[-1]) * max(hazards[-_TAIL:].sum() / _WIDTHS[-_TAIL:].sum(), _SLOWEST)
        return Curve(np.concatenate([[0.0], np.cumsum(hazards), [hazards.sum() + beyond]]))


def _exposure(before: Floats, after: Floats) -> Floats:
    """How many parcels were at risk within each bin of age; one that crossed half a bin counts half."""
    first, last = _bin(before), _bin(after)
    steps = np.bincount(first, minlength=_BINS + 1) - np.bincount(last + 1, minlength=_BINS + 1)[: _BINS + 1]
    whole = np.cumsum(steps)[:_BINS].astype(np.float64)
    missed_before = np.bincount(first, np.clip((before - AGES[first]) / _WIDTHS[first], 0, 1), _BINS)
    missed_after = np.bincount(last, np.clip(1 - (after - AGES[last]) / _WIDTHS[last], 0, 1), _BINS)
    return np.maximum(whole - missed_before - missed_after, 0)


def _count(ages: Floats, arrived: Flags) -> Floats:
    return np.bincount(_bin(ages), arrived.astype(np.float64), _BINS).astype(np.float64)


def _bin(ages: Floats) -> Codes:
    return np.clip(np.searchsorted(AGES, ages, "right") - 1, 0, _BINS - 1)
