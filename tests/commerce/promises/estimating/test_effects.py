"""Shrunken effects."""

import numpy as np
import pytest

from aftercare.commerce.promises.estimating.columns import FACTORS
from aftercare.commerce.promises.estimating.effects import fit_effects

DESTINATION = next(column for column, factor in enumerate(FACTORS) if factor.name == "destination")
SIZES = tuple(4 for _ in FACTORS)


def codes(destinations: list[int]) -> np.typing.NDArray[np.int64]:
    table = np.zeros((len(destinations), len(FACTORS)), dtype=np.int64)
    table[:, DESTINATION] = destinations
    return table


def paces(destinations: list[int], durations: list[float], ended: list[bool] | None = None) -> list[float]:
    number = len(destinations)
    effects = fit_effects(
        codes=codes(destinations), sizes=SIZES, durations=np.array(durations),
        ended=np.array(ended or [True] * number), weights=np.ones(number),
    )  # fmt: skip
    return [float(pace) for pace in effects.pace(codes([0, 1, 2, 3]))]


def test_much_evidence_is_believed() -> None:
    unknown, near, far, _ = paces([1] * 400 + [2] * 400, [2.0] * 400 + [8.0] * 400)
    assert near == pytest.approx(2, rel=0.06)
    assert far == pytest.approx(8, rel=0.06)
    assert near < unknown < far


def test_little_evidence_falls_back_on_the_store() -> None:
    store, _, _, lone = paces([1] * 400 + [3], [4.0] * 400 + [40.0])
    assert store == pytest.approx(4, rel=0.05)
    assert lone < 8


def test_parcels_under_way_make_the_pace_slower_than_those_that_came_tell() -> None:
    came = [2.0, 3.0, 4.0] * 50
    told = paces([1] * 150, came)[1]
    with_waiting = paces([1] * 300, came + [6.0] * 150, [True] * 150 + [False] * 150)[1]
    taken_as_arrived = paces([1] * 300, came + [6.0] * 150)[1]
    assert told < taken_as_arrived < with_waiting
