"""In whose order channels are tried, and what is made of an attempt."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.policy import Reason
from aftercare.engagement.messaging.policy.ways import Attempt, Fate, Leg, fate_of, ordered
from tests.factories import NOW

LEGS = [Leg("push", 10), Leg("sms", 20), Leg("email")]


def attempt(state: str = "sent", *, delivery: str = "", reason: str = "good_moment", minutes: int = 10) -> Attempt:
    return Attempt(state, reason, delivery, NOW, NOW if state == "sent" else None, NOW, minutes)


@pytest.mark.parametrize(("preferred", "first"), [("", "push"), ("email", "email"), ("sms", "sms"), ("voice", "push")])
def test_the_customers_own_channel_comes_first(preferred: str, first: str) -> None:
    found = ordered(LEGS, preferred=preferred)

    assert found[0].channel == first
    assert {leg.channel for leg in found} == {leg.channel for leg in LEGS}
    assert [leg.minutes for leg in found] == [10, 20, 0]


@pytest.mark.parametrize(
    ("one", "after", "fate"),
    [
        (attempt(), 9, Fate.WAITS), (attempt(), 10, Fate.NEXT), (attempt(delivery="delivered"), 99, Fate.ARRIVED),
        (attempt(delivery="bounced"), 1, Fate.NEXT), (attempt(delivery="complained"), 99, Fate.OVER),
        (attempt("failed", reason=Reason.REFUSED), 0, Fate.NEXT), (attempt("dropped", reason=Reason.EXPIRED), 0, Fate.OVER),
        (attempt("dropped", reason=Reason.OPTED_OUT), 0, Fate.NEXT), (attempt("merged", reason=Reason.MERGED), 0, Fate.OVER),
        (attempt("waiting", reason=Reason.QUIET_HOURS), 999, Fate.WAITS), (attempt("queued"), 9, Fate.WAITS),
        (attempt("queued"), 10, Fate.NEXT),
    ],
)  # fmt: skip
def test_what_is_made_of_an_attempt(one: Attempt, after: int, fate: Fate) -> None:
    assert fate_of(one, now=NOW + timedelta(minutes=after))[0] is fate


states = st.sampled_from(["waiting", "queued", "sent", "dropped", "failed", "merged"])
deliveries = st.sampled_from(["", "delivered", "bounced", "rejected", "complained"])
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda at: at.replace(tzinfo=NOW.tzinfo))  # noqa: DTZ001


@given(states, deliveries, st.sampled_from(Reason.values), moments, moments, st.integers(0, 10_080))
def test_what_waits_is_looked_at_later_and_what_arrived_is_never_repeated(
    state: str, delivery: str, reason: str, due_at: datetime, now: datetime, minutes: int
) -> None:
    one = Attempt(state, reason, delivery, due_at, due_at if state == "sent" else None, due_at, minutes)

    fate, again_at = fate_of(one, now=now)

    assert fate is not Fate.WAITS or again_at > now
    if state == "sent" and delivery == "delivered":
        assert fate is Fate.ARRIVED
