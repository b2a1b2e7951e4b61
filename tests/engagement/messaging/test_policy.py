"""Is now a good moment? The decision by itself."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.policy import (
    BestHour,
    Decision,
    LegalClass,
    Reason,
    Situation,
    Suppressed,
    SuppressionCause,
    Verdict,
    decide,
)
from tests.engagement.messaging.policy_cast import MORNING, NIGHT, NOON, USUAL, calendar


def test_sends_at_noon() -> None:
    assert decide(situation=USUAL, now=NOON) == Decision(Verdict.SEND, Reason.GOOD_MOMENT)


def test_lets_people_sleep() -> None:
    assert decide(situation=USUAL, now=NIGHT) == Decision(
        Verdict.DEFER, Reason.QUIET_HOURS, until=MORNING, rule="quiet_hours"
    )


def test_urgent_news_of_an_order_may_wake_them() -> None:
    urgent = USUAL._replace(legal_class=LegalClass.TRANSACTIONAL, urgent=True)
    assert decide(situation=urgent, now=NIGHT).verdict == Verdict.SEND


def test_a_hold_silences_service_but_not_what_is_owed() -> None:
    held = USUAL._replace(held_until=NOON + timedelta(days=2), held_because="A return is open")
    assert decide(situation=held, now=NOON) == Decision(
        Verdict.DEFER, Reason.HELD, until=NOON + timedelta(days=2), detail="A return is open", rule="holds"
    )
    owed = held._replace(legal_class=LegalClass.TRANSACTIONAL)
    assert decide(situation=owed, now=NOON).verdict == Verdict.SEND


def test_what_expires_before_its_hold_waits_as_long_as_it_is_of_use_for_holds_are_released() -> None:
    held = USUAL._replace(
        held_until=NOON + timedelta(days=14),
        held_because="A parcel is late",
        expires_at=NOON + timedelta(days=2),
    )
    assert decide(situation=held, now=NOON) == Decision(
        Verdict.DEFER, Reason.HELD, until=NOON + timedelta(days=2), detail="A parcel is late", rule="holds"
    )
    assert decide(situation=held, now=NOON + timedelta(days=2)) == Decision(
        Verdict.DROP, Reason.EXPIRED, rule="freshness"
    )


def test_marketing_needs_a_yes_and_service_only_no_no() -> None:
    marketing = USUAL._replace(legal_class=LegalClass.MARKETING)
    assert decide(situation=marketing, now=NOON).reason == Reason.NO_CONSENT
    assert decide(situation=marketing._replace(consent=True), now=NOON).verdict == Verdict.SEND
    assert decide(situation=USUAL._replace(consent=False), now=NOON).reason == Reason.OPTED_OUT


def test_what_would_be_stale_by_morning_is_dropped_now() -> None:
    stale = USUAL._replace(expires_at=NIGHT + timedelta(hours=3))
    assert decide(situation=stale, now=NIGHT) == Decision(Verdict.DROP, Reason.EXPIRED, rule="quiet_hours")


def test_a_transactional_message_that_cannot_wait_is_sent_at_night() -> None:
    owed = USUAL._replace(legal_class=LegalClass.TRANSACTIONAL, expires_at=NIGHT + timedelta(hours=3))
    assert decide(situation=owed, now=NIGHT).verdict == Verdict.SEND


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- bounds are naive
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None))
zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia"])
situations = st.builds(
    Situation,
    legal_class=st.sampled_from(LegalClass),
    address=st.sampled_from(["", "sam@example.com"]),
    calendar=st.builds(lambda zone, start, end: calendar(zone, quiet=(start, end)), zones, clocks, clocks),
    is_customer=st.booleans(),
    suppressed=st.lists(st.builds(Suppressed, st.sampled_from(SuppressionCause), moments, st.none() | moments)).map(
        tuple
    ),
    consent=st.sampled_from([None, True, False]),
    in_control_group=st.booleans(),
    held_until=st.none() | moments,
    held_because=st.just("because"),
    urgent=st.booleans(),
    expires_at=st.none() | moments,
    # Of a named tuple every field is made up that is not named here, whatever it may hold.
    asked_at=st.none(),
    best_hour=st.none() | st.builds(BestHour, st.integers(0, 23), st.just("learned"), st.just(timedelta(hours=24))),
    budget=st.none(),
)


@given(situations, moments)
def test_never_breaks_its_promises(situation: Situation, now: datetime) -> None:
    decision = decide(situation=situation, now=now)
    if decision.verdict == Verdict.SEND:
        assert situation.address
        assert not any(one.stops(situation.legal_class, now) for one in situation.suppressed)
        assert situation.legal_class != LegalClass.MARKETING or situation.consent is True
        assert situation.consent is not False
    if decision.verdict == Verdict.DEFER:
        assert decision.until is not None
        assert decision.until > now
        is_held = decision.reason == Reason.HELD
        expires_at = situation.expires_at
        assert expires_at is None or decision.until < expires_at or (is_held and decision.until == expires_at)


@given(situations, moments)
def test_a_transactional_message_is_dropped_only_where_it_cannot_arrive_is_stale_or_unwanted(
    situation: Situation, now: datetime
) -> None:
    owed = situation._replace(
        legal_class=LegalClass.TRANSACTIONAL,
        address="sam@example.com",
        suppressed=(),
        expires_at=None,
        consent=None,
    )
    assert decide(situation=owed, now=now).verdict != Verdict.DROP


@given(situations, moments)
def test_every_deferred_message_is_decided_in_the_end(situation: Situation, now: datetime) -> None:
    for _ in range(10):
        decision = decide(situation=situation, now=now)
        if decision.verdict != Verdict.DEFER:
            return
        assert decision.until is not None
        now = decision.until
    raise AssertionError("it is deferred for ever")
