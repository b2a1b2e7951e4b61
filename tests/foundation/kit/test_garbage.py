"""Keeping the collector out of bulk work, and letting it in again."""

import gc

import pytest

from aftercare.foundation.kit.garbage import seldom_collected


def test_the_collector_is_as_before_whatever_happens() -> None:
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), seldom_collected():  # noqa: PT012 -- what holds within is the point
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() > before
        raise ZeroDivisionError
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
