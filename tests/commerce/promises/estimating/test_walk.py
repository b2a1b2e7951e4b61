"""A walk through made-up histories: what it learns, what it may not know, how true its ranges are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.promises.estimating.columns import Parcels
from aftercare.commerce.promises.estimating.model import Ranges, Travellers, learn_words
from aftercare.commerce.promises.estimating.walk import Walk
from tests.commerce.promises.histories import FIRST, ZONES, made_up, of_times, with_other_future, with_slow_places


def walked(parcels: Parcels, *, until: int, since: int = 60, vocabulary: Parcels | None = None) -> Walk:
    walk = Walk(
        parcels=parcels, words=learn_words(vocabulary or parcels), holidays={"": {}}, start=FIRST + since
    )  # fmt: skip
    walk.advance(day=FIRST + until)
    return walk


def said(walk: Walk, rows: np.typing.NDArray[np.int64]) -> Ranges:
    travellers = Travellers(
        walk.travellers.codes[rows], walk.travellers.countries[rows], walk.travellers.began[rows]
    )  # fmt: skip
    return walk.model.ranges(parcels=travellers, now=travellers.began)


def test_each_zone_is_told_its_own_pace() -> None:
    parcels = made_up(number=3000)
    walk = walked(parcels, until=250)
    rows = np.flatnonzero((parcels.began >= FIRST + 250) & (parcels.began < FIRST + 251))
    likely = said(walk, rows).likely - parcels.began[rows]
    for row, days in zip(rows, likely, strict=True):
        assert abs(days - 3 * ZONES[parcels.destination[row]]) < 0.6 * ZONES[parcels.destination[row]]


def test_a_part_of_a_zone_is_told_its_own_pace() -> None:
    parcels = with_slow_places(made_up(number=3000))
    walk = walked(parcels, until=250)
    rows = np.flatnonzero((parcels.began >= FIRST + 250) & (parcels.began < FIRST + 251))
    likely = said(walk, rows).likely - parcels.began[rows]
    hills = rows % 2 == 1
    assert likely[hills].mean() > 2 * likely[~hills].mean()


def test_four_in_five_arrive_within_the_range() -> None:
    parcels = made_up(number=6000, days=400)
    walk, inside = walked(parcels, until=200), []
    for day in range(FIRST + 200, FIRST + 380):
        walk.advance(day=day)
        rows = np.flatnonzero((parcels.began >= day) & (parcels.began < day + 1))
        ranges = said(walk, rows)
        inside += list((parcels.ended[rows] >= ranges.earliest) & (parcels.ended[rows] <= ranges.latest))
    assert 0.76 < np.mean(inside) < 0.84


def test_a_crisis_is_noticed_before_the_late_parcels_arrive() -> None:
    parcels = made_up(number=9000, slower_from=200)
    calm, crisis = (walked(parcels, until=day) for day in (200, 214))
    rows = np.flatnonzero((parcels.began >= FIRST + 214) & (parcels.began < FIRST + 215))
    before, after = (np.mean(said(walk, rows).likely - parcels.began[rows]) for walk in (calm, crisis))
    assert after > 1.5 * before


@settings(max_examples=12, deadline=None)
@given(day=st.integers(70, 280), seed=st.integers(1, 10_000))
def test_nothing_that_happens_later_changes_what_is_said(day: int, seed: int) -> None:
    parcels = made_up(number=900, seed=seed)
    other = with_other_future(parcels, after=FIRST + day, seed=seed + 1)
    rows = np.flatnonzero((parcels.began >= FIRST + day) & (parcels.began < FIRST + day + 1))
    one, two = (said(walked(known, until=day), rows) for known in (parcels, other))
    for name in ("earliest", "likely", "latest"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


@settings(max_examples=12, deadline=None)
@given(day=st.integers(70, 200), seed=st.integers(1, 10_000))
def test_orders_not_yet_placed_change_nothing_either(day: int, seed: int) -> None:
    parcels = made_up(number=900, seed=seed)
    known = parcels.began < FIRST + day + 1
    rest = [zone for zone, keep in zip(parcels.destination, known, strict=True) if keep]
    fewer = of_times(began=parcels.began[known], ended=parcels.ended[known], zones=rest)
    rows = np.flatnonzero((fewer.began >= FIRST + day) & (fewer.began < FIRST + day + 1))
    one, two = said(walked(parcels, until=day), rows), said(walked(fewer, until=day), rows)
    assert np.allclose(one.likely, two.likely)
    assert np.allclose(one.latest, two.latest)


@settings(max_examples=15, deadline=None)
@given(age=st.floats(0, 60), seed=st.integers(1, 50))
def test_the_longer_it_takes_the_later_it_comes(age: float, seed: int) -> None:
    walk = walked(made_up(number=500, seed=seed), until=150)
    began = np.full(2, float(FIRST + 150))
    travellers = Travellers(walk.travellers.codes[:2], walk.travellers.countries[:2], began)
    now, later = (walk.model.ranges(parcels=travellers, now=began + days) for days in (age, age + 1))
    assert (now.earliest <= now.likely).all()
    assert (now.likely <= now.latest).all()
    assert (now.earliest >= began + age - 1e-6).all()
    assert (later.latest >= now.latest - 1e-6).all()


def test_a_store_without_history_is_told_a_week_or_so() -> None:
    walk = walked(of_times(began=np.array([FIRST + 100.0]), ended=np.array([np.inf]), zones=["north"]), until=100)
    ranges = said(walk, np.array([0]))
    assert 5 < ranges.likely[0] - (FIRST + 100) < 9
