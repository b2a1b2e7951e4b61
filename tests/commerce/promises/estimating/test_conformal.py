"""Ranges that hold what they say."""

import numpy as np
import pytest

from aftercare.commerce.promises.estimating.columns import Floats
from aftercare.commerce.promises.estimating.conformal import Spread, expected_steps, level_of, spread_of
from aftercare.commerce.promises.estimating.tempo import Tempo

EXPECTED = expected_steps(curve=Tempo(sellers=1).curve, pace=7.0)
NUMBER = 20_000


def right_skewed() -> Floats:
    """Steps as parcels miss the likeliest day: a few come early, some much too late."""
    drawn: Floats = np.random.default_rng(1).lognormal(0, 0.6, NUMBER) - 1
    return drawn


def learned(steps: Floats, *, came: Floats | None = None) -> Spread:
    arrived = np.ones(len(steps), dtype=bool) if came is None else came.astype(bool)
    return spread_of(steps=steps, came=arrived, weights=np.ones(len(steps)), expected=EXPECTED)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95])
def test_a_range_holds_the_part_that_was_asked_for(coverage: float) -> None:
    steps = right_skewed()
    level = level_of(spread=learned(steps), coverage=coverage)
    assert ((steps >= level.begins) & (steps <= level.ends)).mean() == pytest.approx(coverage, abs=0.035)


def test_the_shortest_such_range_is_shorter_than_the_one_with_equal_misses_at_both_ends() -> None:
    spread = learned(right_skewed())
    level = level_of(spread=spread, coverage=0.8)
    tenth, last_tenth = spread.steps_at(np.array([0.1, 0.9]))
    assert level.ends - level.begins < 0.95 * (last_tenth - tenth)


def test_where_parcels_come_later_than_said_the_range_ends_later() -> None:
    calm, crisis = right_skewed(), right_skewed() + 1.5
    ends = [level_of(spread=learned(steps), coverage=0.8).ends for steps in (calm, crisis)]
    assert ends[1] == pytest.approx(ends[0] + 1.5, abs=0.3)


def test_a_range_always_holds_the_likeliest_moment() -> None:
    for shift in (-4.0, 4.0):
        level = level_of(spread=learned(right_skewed() * 0.1 + shift), coverage=0.5)
        assert level.begins <= 0 <= level.ends


def test_parcels_still_under_way_are_not_forgotten() -> None:
    steps = right_skewed()
    by_now = np.minimum(steps, 0.5)
    below = np.array([0.2, 0.35, 0.5])
    known, seen = learned(steps), learned(by_now, came=steps <= 0.5)
    assert np.allclose(seen.steps_at(below), known.steps_at(below), atol=0.1)
    forgotten = learned(steps[steps <= 0.5])
    assert (forgotten.steps_at(below) < known.steps_at(below) - 0.05).all()


def test_before_anything_is_known_the_curve_speaks() -> None:
    level = level_of(spread=learned(np.empty(0)), coverage=0.8)
    assert ((level.begins <= EXPECTED) & (level.ends >= EXPECTED)).mean() == pytest.approx(0.8, abs=0.02)
