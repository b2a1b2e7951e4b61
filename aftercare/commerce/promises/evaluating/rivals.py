"""What anybody could predict with a spreadsheet: medians of what was delivered by the time of the order, exactly."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aftercare.commerce.promises.estimating.columns import Floats, Parcels

LATELY = 60.0
_NOBODY_KNOWS = 7.0
_DELIVERED, _OLD, _BEGAN = range(3)


@dataclass(frozen=True, slots=True)
class Rival:
    """Durations in days; `earliest` and `latest` are its empirical 10 to 90 % range, `nan` where it has none."""

    likely: Floats
    earliest: Floats
    latest: Floats


def rivals_of(*, parcels: Parcels) -> dict[str, Rival]:
    """For each parcel the global median, its lane's, and its lane's of the last 60 days, as known when it began."""
    lanes = list(zip(parcels.carrier, parcels.service, parcels.origin, parcels.destination, strict=True))
    whole: list[float] = []
    ever: dict[object, list[float]] = defaultdict(list)
    lately: dict[object, list[float]] = defaultdict(list)
    took = parcels.ended - parcels.began
    said = {name: np.full((len(parcels), 3), np.nan) for name in ("global_median", "lane_median", "lane_median_60d")}
    for _, kind, row in _story(parcels):
        lane, duration = lanes[row], float(took[row])
        if kind == _DELIVERED:
            for known in (whole, ever[lane], lately[lane]):
                insort(known, duration)
        elif kind == _OLD:
            del lately[lane][bisect_left(lately[lane], duration)]
        else:
            said["global_median"][row] = _range(whole)
            said["lane_median"][row] = _range(ever[lane] or whole)
            said["lane_median_60d"][row] = _range(lately[lane] or ever[lane] or whole)
    return {name: Rival(*columns.T) for name, columns in said.items()}


def _story(parcels: Parcels) -> list[tuple[float, int, int]]:
    """Everything that happens, in order; at one moment what is delivered comes first."""
    ends = [(float(end), row) for row, end in enumerate(parcels.ended) if np.isfinite(end)]
    story = [(float(began), _BEGAN, row) for row, began in enumerate(parcels.began)]
    story += [(end, _DELIVERED, row) for end, row in ends]
    story += [(end + LATELY, _OLD, row) for end, row in ends]
    story.sort()
    return story


def _range(known: Sequence[float]) -> tuple[float, float, float]:
    if not known:
        return _NOBODY_KNOWS, np.nan, np.nan
    last = len(known) - 1
    median = (known[last // 2] + known[(last + 1) // 2]) / 2
    return median, known[round(last * 0.1)], known[round(last * 0.9)]
