"""Messages almost as senders write them, for translators to take or refuse."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.foundation.kit.errors import Refusal

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

_numbers = st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
anything = st.recursive(
    st.none() | st.booleans() | _numbers | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_moments = st.datetimes().map(datetime.isoformat) | st.sampled_from([
    "", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "0001-01-01", "2026-11-24", "1795514400",
])  # fmt: skip


def nearly(sample: Any) -> st.SearchStrategy[Any]:
    """The sample with fields left out, lists cut and repeated, and anything at all in places."""
    if isinstance(sample, dict):
        fields = {name: nearly(value) for name, value in sample.items()}
        return st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields) | anything
    if isinstance(sample, list) and sample:
        return st.lists(st.one_of([nearly(value) for value in sample]), max_size=4) | anything
    return st.just(sample) | _moments | anything


def taken_or_refused(parsed: Callable[[Any], list[TrackingIn]], message: Any) -> None:
    """Nothing but a refusal comes of a message that cannot be understood, and nothing empty of one that can."""
    try:
        updates = parsed(message)
    except Refusal:
        return
    assert all(update.scans and update.tracking_number for update in updates)


def said(updates: list[TrackingIn]) -> list[tuple[str, str]]:
    """Status and reason of every scan."""
    return [(scan.status, scan.reason) for update in updates for scan in update.scans]
