"""The simple rivals know exactly what was delivered by the time of each order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.promises.evaluating.rivals import LATELY, rivals_of
from tests.commerce.promises.histories import made_up


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(1, 10_000))
def test_medians_are_those_of_what_had_been_delivered(seed: int) -> None:
    parcels = made_up(number=120, days=150, seed=seed)
    found = rivals_of(parcels=parcels)
    took = parcels.ended - parcels.began
    lanes = np.array(parcels.destination)
    for row in range(60, 120):
        known = parcels.ended <= parcels.began[row]
        here = known & (lanes == lanes[row])
        lately = here & (parcels.ended + LATELY > parcels.began[row])
        for name, rows in (("global_median", known), ("lane_median", here), ("lane_median_60d", lately)):
            if rows.any():
                assert np.isclose(found[name].likely[row], np.median(took[rows]))
