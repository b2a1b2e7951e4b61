"""How much a bounce says, and when an address has bounced often enough."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.engagement.messaging.policy import LegalClass, Suppressed, SuppressionCause
from aftercare.engagement.messaging.reputation import (
    SOFT_BOUNCES,
    SOFT_FOR,
    SOFT_SPREAD,
    SOFT_WINDOW,
    Health,
    Severity,
    health_after,
    severity_of,
    suppressed_until,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
hours = st.integers(0, 60 * 24).map(lambda count: NOON + timedelta(hours=count))


@pytest.mark.parametrize(
    ("answer", "reason", "severity"),
    [
        ("550 5.1.1 no such user", "bounced", Severity.HARD),
        ("550 5.1.10 null MX", "bounced", Severity.HARD),
        ("550 5.2.1 mailbox disabled", "bounced", Severity.HARD),
        ("552 5.2.2 mailbox full", "bounced", Severity.SOFT),
        ("550 5.7.1 blocked by policy", "bounced", Severity.SOFT),
        ("452 4.2.2 over quota", "bounced", Severity.SOFT),
        ("421 try later", "bounced", Severity.SOFT),
        ("550 no mailbox here", "bounced", Severity.HARD),
        ("550 looks like spam", "blocked", Severity.SOFT),
        ("192.0.2.550 said no", "other", Severity.SOFT),
        ("", "bounced", Severity.HARD),
        ("", "invalid", Severity.HARD),
        ("", "timed_out", Severity.SOFT),
    ],
)
def test_what_an_answer_says_of_the_address(answer: str, reason: str, severity: Severity) -> None:
    assert severity_of(provider_says=None, reject_reason=reason, answer=answer) == severity


def test_the_provider_knows_best() -> None:
    assert severity_of(provider_says=Severity.SOFT, reject_reason="bounced", answer="550 5.1.1") == Severity.SOFT


@given(st.text(max_size=80), st.text(max_size=10))
def test_any_answer_has_a_severity(answer: str, reason: str) -> None:
    assert severity_of(provider_says=None, reject_reason=reason, answer=answer) in set(Severity)


@given(st.lists(hours, max_size=12), st.lists(hours, max_size=4), st.randoms())
def test_the_order_in_which_it_is_heard_does_not_matter(
    soft: list[datetime], delivered: list[datetime], chance: object
) -> None:
    at_once = health_after(health=Health(), soft=soft, delivered=delivered)
    one_by_one = Health()
    told = [("soft", at) for at in soft] + [("delivered", at) for at in delivered]
    chance.shuffle(told)  # type: ignore[attr-defined]
    for kind, at in told:
        one_by_one = health_after(health=one_by_one, **{kind: [at]})
    assert one_by_one == at_once


@given(st.lists(hours, max_size=12), st.lists(hours, max_size=4))
def test_suppressed_only_after_enough_in_a_row_over_days(soft: list[datetime], delivered: list[datetime]) -> None:
    until = suppressed_until(health=health_after(health=Health(), soft=soft, delivered=delivered))
    last = max(delivered, default=datetime.min.replace(tzinfo=UTC))
    row = sorted({at for at in soft if at > last})
    row = [at for at in row if at > row[-1] - SOFT_WINDOW]
    is_enough = len(row) >= SOFT_BOUNCES and row[-1] - row[0] >= SOFT_SPREAD
    assert until == (row[-1] + SOFT_FOR if is_enough else None)


def test_an_evenings_outage_suppresses_nobody() -> None:
    evening = [NOON + timedelta(minutes=10 * count) for count in range(20)]
    assert suppressed_until(health=health_after(health=Health(), soft=evening)) is None


@given(
    st.builds(Suppressed, st.sampled_from(SuppressionCause), hours, st.none() | hours),
    st.sampled_from(LegalClass),
    hours,
)
def test_what_is_stopped(one: Suppressed, legal_class: LegalClass, now: datetime) -> None:
    stops = one.stops(legal_class, now)
    if one.until is not None and now >= one.until:
        assert not stops
    elif legal_class == LegalClass.MARKETING:
        assert stops
    elif legal_class == LegalClass.TRANSACTIONAL:
        assert stops == (one.cause not in {SuppressionCause.COMPLAINT, SuppressionCause.UNSUBSCRIBED})
