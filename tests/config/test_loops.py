"""Every loop of the house serves all stores: it is called with none of them active, and finds nothing to do in a quiet one."""

from datetime import datetime

import pytest

from aftercare.foundation.jobs.loops import all_loops


@pytest.mark.usefixtures("store", "frozen")
def test_each_runs_with_no_store_active(now: datetime) -> None:
    found = all_loops()
    assert len(found) > 20
    for loop in found:
        loop.work(now)
    assert {loop.name: did for loop in found if (did := loop.work(now))} == {}
