"""When a crashed process is started again."""

import pytest

from aftercare.config.processes.backoff import History, after_crash


@pytest.mark.parametrize(("crashes", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (6, 16.0), (7, 30.0), (1000, 30.0)])
def test_every_crash_in_a_row_doubles_the_delay_up_to_half_a_minute(crashes: int, seconds: float) -> None:
    assert History(crashes=crashes).delay == seconds


def test_a_process_that_never_settled_is_hopeless_after_four_crashes() -> None:
    history = History()
    hopeless = []
    for _ in range(4):
        history = after_crash(history=history, lived=9.9)
        hopeless.append(history.is_hopeless)

    assert hopeless == [False, False, False, True]


def test_a_process_that_once_ran_for_long_is_never_hopeless() -> None:
    history = after_crash(history=History(crashes=3), lived=10.0)
    assert history == History(crashes=1, has_settled=True)

    for _ in range(50):
        history = after_crash(history=history, lived=0.1)

    assert history == History(crashes=51, has_settled=True)
    assert not history.is_hopeless
