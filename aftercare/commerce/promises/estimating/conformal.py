"""How wide a range has to be for its stated coverage to be true.

Normalised conformal prediction: of every past prediction it is asked by how many *steps* the parcel missed the
likeliest day, a step being the square root of the working days until then. Recent misses count more (Barber et al.
2023), since the world drifts; parcels still under way take part as "later than this" (Kaplan & Meier 1958): left out,
a crisis would be seen only when it is over. Of all ranges with that coverage the shortest is taken.

Why the root: were steps as long as the way, every lane would be covered alike; were they all one day, the mean range
would be shortest, and near lanes would be covered nearly always, far ones seldom. The root lies between.
"""

from dataclasses import dataclass

import numpy as np

from aftercare.commerce.promises.estimating.columns import Flags, Floats
from aftercare.commerce.promises.estimating.tempo import Curve

_EDGES = np.linspace(-10, 30, 1001)  # steps: a hundred days early, or a month late after a day
_BINS = len(_EDGES) - 1
_PRIOR = 40.0  # predictions for which the curve speaks before any is known
_DOUBT = 0.1  # and as many again for every one that is: few weeks' misses are not quite the next one's
_EARLY = np.arange(0.02, 0.53, 0.03)  # of all misses, those that come too early
_SHARES = (np.arange(200) + 0.5) / 200


@dataclass(frozen=True, slots=True)
class Level:
    """By how many steps from the likeliest moment a range begins (not above 0) and ends."""

    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Of parcels, the part that came before each number of steps (of _EDGES) from the likeliest moment."""

    part: Floats

    def steps_at(self, part: Floats) -> Floats:
        return np.interp(part, self.part, _EDGES)


def step_of(likely: Floats) -> Floats:
    """How long a step is, in working days, for parcels that take so many."""
    steps: Floats = np.sqrt(np.maximum(likely, 0.01))
    return steps


def spread_of(*, steps: Floats, came: Flags, weights: Floats, expected: Floats) -> Spread:
    """From the steps by which each parcel missed, or, where it has not `came`, by which it is late so far.

    `expected` are steps as they would be spread if the curve were right; they speak where few parcels do.
    """
    beforehand = np.bincount(_bin(expected), minlength=_BINS) * ((_PRIOR + _DOUBT * weights.sum()) / len(expected))
    at = _bin(steps)
    events = np.bincount(at, weights * came, _BINS) + beforehand
    leaving = np.bincount(at, weights, _BINS) + beforehand
    at_risk = np.cumsum(leaving[::-1])[::-1]
    surviving = np.cumprod(1 - np.minimum(events / np.maximum(at_risk, 1e-9), 1))
    part = np.concatenate([[0.0], 1 - surviving])
    return Spread(np.maximum.accumulate(part + np.arange(_BINS + 1) * 1e-9))


def expected_steps(*, curve: Curve, pace: float) -> Floats:
    """How parcels of one pace would miss the likeliest moment if the curve were right."""
    one, none = np.ones(len(_SHARES)), np.zeros(len(_SHARES))
    came = pace * curve.age_at(share=_SHARES, rates=one, so_far=none)
    likely = came[len(came) // 2]
    steps: Floats = (came - likely) / step_of(likely)
    return steps


def level_of(*, spread: Spread, coverage: float) -> Level:
    """The shortest range that would have held `coverage` of what came of late."""
    miss = 1 - coverage
    begins, ends = spread.steps_at(miss * _EARLY), spread.steps_at(1 - miss * (1 - _EARLY))
    best = int(np.argmin(ends - begins))
    return Level(min(float(begins[best]), 0.0), max(float(ends[best]), 0.0))


def _bin(steps: Floats) -> np.typing.NDArray[np.int64]:
    return np.clip(np.searchsorted(_EDGES, steps, "right") - 1, 0, _BINS - 1)
