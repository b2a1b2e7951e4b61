"""When to call again and when to stop, for any answers in any order."""

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.webhooks.policy import PATIENCE, Attempt, Health, conclude, health_after, rest, wants

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
attempts = st.builds(
    lambda minutes, status, ms, wait: Attempt(NOW + timedelta(minutes=minutes), status, ms, "", wait),
    st.integers(0, 20_000), st.sampled_from([0, 200, 204, 301, 400, 404, 410, 429, 500, 503, 599]),
    st.integers(0, 60_000), st.none() | st.timedeltas(timedelta(0)),
)  # fmt: skip


@given(attempts, st.integers(1, 20))
def test_a_call_ends_taken_or_failed_or_is_due_later(attempt: Attempt, count: int) -> None:
    conclusion = conclude(attempt, attempts=count)
    assert (conclusion.state == "sent") == attempt.was_taken
    assert conclusion.state != "queued" or conclusion.due_at > attempt.at
    assert attempt.status != 410 or conclusion.state == "failed"


def test_calls_are_given_up_at_last() -> None:
    states = [conclude(Attempt(NOW, 500, 1, ""), attempts=count).state for count in range(1, 9)]
    assert states == ["queued"] * 6 + ["failed"] * 2


@given(st.lists(attempts, min_size=1).map(lambda found: sorted(found, key=lambda one: one.at)))
def test_a_success_makes_well_and_only_failure_or_410_ends(found: list[Attempt]) -> None:
    health = reduce(health_after, found, Health())
    last = found[-1]
    if last.was_taken:
        assert (health.failures, health.failing_since, health.resting_until, health.gone) == (0, None, None, "")
    else:
        assert health.failing_since is not None
        since_success = [one for one in found if one.at >= health.failing_since]
        assert bool(health.gone) <= (
            any(one.status == 410 for one in since_success) or last.at - health.failing_since >= PATIENCE
        )
    if health.resting_until is not None:
        assert timedelta(seconds=15) <= health.resting_until - last.at <= timedelta(hours=1)


@given(st.integers(1, 10**6), st.none() | st.timedeltas(timedelta(0)))
def test_rests_grow_and_end_within_the_hour(failures: int, asked: timedelta | None) -> None:
    assert rest(failures=failures, asked=asked) <= rest(failures=failures + 1, asked=asked) <= timedelta(hours=1)


def test_no_types_means_all() -> None:
    assert wants([], "order.placed")
    assert wants(["order.placed"], "order.placed")
    assert not wants(["order.placed"], "order.cancelled")
