"""When an order has waited for too long: working days, in the store's own zone."""

from datetime import UTC, datetime

import pytest

from aftercare.commerce.orders.troubles import unfulfilled_before
from aftercare.foundation.stores.policy import BusinessHours

BERLIN = BusinessHours(time_zone="Europe/Berlin", country="DE")


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ("2026-11-20T12:00", "2026-11-17"),  # Friday: since Tuesday
        ("2026-11-23T12:00", "2026-11-18"),  # Monday: over a weekend
        ("2026-12-29T12:00", "2026-12-23"),  # Tuesday: over Christmas
        ("2026-11-23T23:30", "2026-11-19"),  # Tuesday already in Berlin
    ],
)
def test_three_working_days_back(now: str, before: str) -> None:
    found = unfulfilled_before(BERLIN, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (found.date().isoformat(), found.hour, str(found.tzinfo)) == (before, 0, "Europe/Berlin")


def test_a_shop_that_never_opens_waits_for_no_order_for_ever() -> None:
    closed = BusinessHours(time_zone="UTC", weekly={"mon": []})
    assert unfulfilled_before(closed, datetime(2026, 11, 20, tzinfo=UTC)) == datetime(2026, 9, 21, tzinfo=UTC)
