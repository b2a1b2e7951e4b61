"""Secrets at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.kit.sealing import Unsealable, seal, unseal


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.none()))
def test_what_is_sealed_can_be_opened(config):
    assert unseal(seal(config)) == config


def test_nothing_of_it_can_be_read_and_no_two_look_alike():
    assert "squeamish" not in seal({"secret": "squeamish"})
    assert seal({"secret": "squeamish"}) != seal({"secret": "squeamish"})


@pytest.mark.parametrize(
    "damaged", ["", "x", seal({"a": 1})[:-2], seal({"a": 1}).swapcase()], ids=["empty", "short", "cut", "swapped"]
)
def test_what_is_damaged_is_refused(damaged: str):
    with pytest.raises(Unsealable):
        unseal(damaged)
