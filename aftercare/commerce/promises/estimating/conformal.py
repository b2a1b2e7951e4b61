"""How wide a range has to be for its stated coverage to be true.

Conformal prediction on the distribution's own scale: every past prediction is asked for the share that was to have
arrived when its parcel came. Were predictions perfect, these shares would be spread evenly; as they are, their
recent spread says at which shares a range must begin and end (recent ones count more, after Barber et al. 2023, since
the world drifts). Parcels still under way take part as "later than this share" (Kaplan & Meier 1958): left out, a
crisis would be seen only when it is over. Of all ranges with that coverage the shortest is taken.
"""

from dataclasses import dataclass

import numpy as np

from aftercare.commerce.promises.estimating.columns import Flags, Floats
from aftercare.commerce.promises.estimating.tempo import AGES, Curve

_EDGES = np.linspace(0, 1, 101)
_BINS = len(_EDGES) - 1
_PRIOR = 40.0  # predictions that speak for an even spread before any is known
_DOUBT = 0.25  # and as many again for every one that is: a spread seen in one month is not quite the next one's
_EARLY = np.arange(0.02, 0.53, 0.05)  # of all misses, those that come too early


@dataclass(frozen=True, slots=True)
class Level:
    """The shares arrived at which a range begins and ends."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of parcels, the part that came before each share (of _EDGES) that was to have come."""

    part: Floats

    def share_at(self, part: Floats) -> Floats:
        return np.interp(part, self.part, _EDGES)


def spread_of(*, shares: Floats, came: Flags, weights: Floats) -> Spread:
    """From the share at which each parcel came, or, where it has not `came`, the share it has outlasted."""
    at = np.clip((shares * _BINS).astype(np.int64), 0, _BINS - 1)
    evenly = (_PRIOR + _DOUBT * weights.sum()) / _BINS
    events = np.bincount(at, weights * came, _BINS) + evenly
    leaving = np.bincount(at, weights, _BINS) + evenly
    at_risk = np.cumsum(leaving[::-1])[::-1]
    surviving = np.cumprod(1 - np.minimum(events / at_risk, 1))
    part = np.concatenate([[0.0], 1 - surviving])
    return Spread(np.maximum.accumulate(part + np.arange(_BINS + 1) * 1e-9))


def level_of(*, spread: Spread, curve: Curve, coverage: float) -> Level:
    """The shortest range that would have held `coverage` of what came of late."""
    miss = 1 - coverage
    begins, ends = spread.share_at(miss * _EARLY), spread.share_at(1 - miss * (1 - _EARLY))
    begins, ends = np.clip(begins, 0, 0.999), np.clip(ends, 0, 0.999)
    lengths = _ages(curve, ends) - _ages(curve, begins)
    best = int(np.argmin(lengths))
    return Level(float(begins[best]), float(ends[best]))


def _ages(curve: Curve, shares: Floats) -> Floats:
    hazard: Floats = -np.log1p(-shares)
    ages: Floats = np.interp(hazard, curve.accumulated, AGES)
    return ages
