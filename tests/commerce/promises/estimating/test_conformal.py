"""Ranges that hold what they say."""

import numpy as np
import pytest

from aftercare.commerce.promises.estimating.conformal import level_of, spread_of
from aftercare.commerce.promises.estimating.tempo import Tempo

CURVE = Tempo(sellers=1).curve
NUMBER = 20_000


def held(shares: np.typing.NDArray[np.float64]) -> float:
    """The part of such shares that the level learned from them holds."""
    everything = np.ones(len(shares), dtype=bool)
    spread = spread_of(shares=shares, came=everything, weights=np.ones(len(shares)))
    level = level_of(spread=spread, curve=CURVE, coverage=0.8)
    return float(((shares >= level.begins) & (shares <= level.ends)).mean())


def test_perfect_predictions_are_left_alone() -> None:
    assert held(np.random.default_rng(1).random(NUMBER)) == pytest.approx(0.8, abs=0.02)


def test_where_parcels_come_later_than_said_the_range_ends_later() -> None:
    late = np.random.default_rng(1).random(NUMBER) ** 0.5
    spread = spread_of(shares=late, came=np.ones(NUMBER, dtype=bool), weights=np.ones(NUMBER))
    even = spread_of(shares=np.empty(0), came=np.empty(0, dtype=bool), weights=np.empty(0))
    assert (
        level_of(spread=spread, curve=CURVE, coverage=0.8).ends > level_of(spread=even, curve=CURVE, coverage=0.8).ends
    )
    assert held(late) > 0.74


def test_parcels_still_under_way_are_not_forgotten() -> None:
    shares = np.random.default_rng(1).random(NUMBER) ** 0.5
    seen = np.minimum(shares, 0.6)
    spread = spread_of(shares=seen, came=shares <= 0.6, weights=np.ones(NUMBER))
    known = spread_of(shares=shares, came=np.ones(NUMBER, dtype=bool), weights=np.ones(NUMBER))
    below = np.array([0.1, 0.2, 0.3])
    assert np.allclose(spread.share_at(below), known.share_at(below), atol=0.02)
    forgotten = spread_of(
        shares=shares[shares <= 0.6], came=np.ones((shares <= 0.6).sum(), bool), weights=np.ones((shares <= 0.6).sum())
    )
    assert (forgotten.share_at(below) < known.share_at(below) - 0.05).all()


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_a_higher_coverage_is_a_wider_range(coverage: float) -> None:
    even = spread_of(shares=np.empty(0), came=np.empty(0, dtype=bool), weights=np.empty(0))
    level = level_of(spread=even, curve=CURVE, coverage=coverage)
    assert level.ends - level.begins == pytest.approx(coverage, abs=0.011)
