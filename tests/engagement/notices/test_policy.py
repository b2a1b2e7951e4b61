"""Ranges of serial numbers, as people write them, and the same in SQL."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.notices.policy import batches_of, serial_range
from aftercare.foundation.kit.errors import Invalid


@pytest.mark.parametrize(
    ("serial", "holds"),
    [("FIL-0100", True), ("fil-150", True), ("FIL-0199", True), ("FIL-0200", False), ("FIL-99", False),
     ("FIL-", False), ("FIL-15x", False), ("XFIL-0150", False), ("150", False), ("FIL-²", False)],
)  # fmt: skip
def test_a_serial_lies_in_a_range(serial: str, *, holds: bool) -> None:
    span = serial_range("FIL-0100", "fil-0199")
    assert span is not None
    assert span.holds(serial) is holds


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("A1", "", "serial_to"), ("", "A1", "serial_from"), ("A1", "B2", "serial_to"), ("A9", "A1", "serial_to"),
     ("A", "A1", "serial_from"), ("A 1", "A 2", "serial_from"), ("A1", "A٢", "serial_to")],
)  # fmt: skip
def test_what_is_no_range_is_named(first: str, last: str, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        serial_range(first, last)
    assert caught.value.field == field


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
@settings(max_examples=60)
def test_anything_is_a_range_or_refused(first: str, last: str, serial: str) -> None:
    with suppress(Invalid):
        span = serial_range(first, last)
        assert span is None or isinstance(span.holds(serial), bool)


def test_batches_with_commas_or_lines() -> None:
    assert batches_of(" L1, l1;L2\n\nL3 ") == ["l1", "l2", "l3"]
    with pytest.raises(Invalid):
        batches_of(",".join(map(str, range(501))))
