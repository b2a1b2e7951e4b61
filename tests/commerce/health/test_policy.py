from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.health.policy import (
    DAY,
    HOUR,
    JUDGED_FOR,
    LOST,
    NEVER,
    USUAL,
    WELL,
    Facts,
    Finding,
    Judgement,
    Limits,
    code_of,
    final,
    is_news,
    judge,
    limits,
    silence_means,
    told,
)
from aftercare.commerce.health.vocabulary import HealthReason, HealthState
from aftercare.commerce.shipments.vocabulary import Reason, Status

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
# No moment lies nearer to another than a microsecond.
seconds = st.integers(0, int(40 * DAY * 1000)).map(lambda milliseconds: milliseconds / 1000)
spans = st.timedeltas(min_value=timedelta(days=-70), max_value=timedelta(days=10))
facts = st.builds(
    Facts,
    status=st.sampled_from(Status.values),
    reason=st.sampled_from(["", *map(str, Reason)]),
    announced_at=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=70)).map(lambda ago: NOW - ago),
    silence=seconds,
    limits=st.builds(lambda a, b: Limits(min(a, b), max(a, b)), seconds, seconds | st.just(NEVER)),
    deadline=st.none() | spans.map(lambda ahead: NOW + ahead),
    attempted=st.booleans(),
)


def health(**said: object) -> Judgement:
    usual: dict[str, object] = {
        "status": Status.IN_TRANSIT, "reason": "", "announced_at": NOW - timedelta(days=3), "silence": HOUR,
        "limits": USUAL[Status.IN_TRANSIT],
    }  # fmt: skip
    return judge(Facts(**{**usual, **said}), now=NOW, resumes_at=NOW)  # type: ignore[arg-type]  # as said


@given(facts)
def test_it_is_the_worst_that_any_voice_says(parcel: Facts) -> None:
    judged = judge(parcel, now=NOW, resumes_at=NOW)
    if final(parcel.status):
        assert judged == (*told(parcel.status, parcel.reason, attempted=parcel.attempted), None)
        return
    severity = code_of(Finding(judged.state, judged.why))
    assert severity >= code_of(told(parcel.status, parcel.reason, attempted=parcel.attempted))
    assert severity >= (code_of(LOST) if parcel.silence >= parcel.limits.lost else 0)
    assert severity >= (code_of(silence_means(parcel.status)) if parcel.silence >= parcel.limits.stalled else 0)


@given(facts, st.floats(min_value=0.01, max_value=0.99))
def test_nothing_changes_by_time_alone_before_it_is_due(parcel: Facts, share: float) -> None:
    judged = judge(parcel, now=NOW, resumes_at=NOW)
    if judged.due_at is None:
        return
    assert judged.due_at > NOW
    later = (judged.due_at - NOW) * share
    aged = parcel._replace(silence=parcel.silence + later.total_seconds())
    assert judge(aged, now=NOW + later, resumes_at=NOW + later)[:2] == judged[:2]


@given(facts, st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_silence_never_makes_it_better(parcel: Facts, later: timedelta) -> None:
    aged = parcel._replace(silence=parcel.silence + later.total_seconds())
    before, after = judge(parcel, now=NOW, resumes_at=NOW), judge(aged, now=NOW + later, resumes_at=NOW + later)
    assert code_of(Finding(after.state, after.why)) >= code_of(Finding(before.state, before.why))


def test_numbers_mean_findings_and_order_them_by_how_bad_they_are() -> None:
    findings = [Finding(state, why) for state in HealthState for why in HealthReason]
    numbers = {code_of(finding): finding for finding in findings}
    assert len(numbers) == len(findings)
    assert [numbers[number] for number in sorted(numbers)] == findings


def test_a_parcel_that_is_heard_of_is_well() -> None:
    assert health()[:2] == WELL


def test_silence_beyond_the_usual_is_a_stall_and_then_a_loss() -> None:
    assert health(silence=2.5 * DAY)[:2] == (HealthState.STALLED, HealthReason.SILENT)
    assert health(silence=7 * DAY)[:2] == (HealthState.LOST_SUSPECTED, HealthReason.SILENT_FOR_LONG)


def test_a_label_without_a_parcel_is_never_lost() -> None:
    waiting = health(status=Status.PENDING, silence=30 * DAY, limits=USUAL[Status.PENDING])
    assert waiting[:2] == (HealthState.STALLED, HealthReason.NOT_HANDED_OVER)


def test_a_parcel_nobody_collects_needs_the_customer() -> None:
    waiting = health(status=Status.READY_FOR_PICKUP, silence=4 * DAY, limits=USUAL[Status.READY_FOR_PICKUP])
    assert waiting[:2] == (HealthState.NEEDS_CUSTOMER, HealthReason.NOT_COLLECTED)


def test_it_is_late_from_the_promised_moment_on() -> None:
    assert health(deadline=NOW)[:2] == (HealthState.LATE, HealthReason.PAST_DEADLINE)
    assert health(deadline=NOW + timedelta(seconds=1)) == (*WELL, NOW + timedelta(seconds=1))


def test_a_parcel_due_tomorrow_that_nobody_has_handed_over_is_at_risk() -> None:
    waiting = health(status=Status.PENDING, deadline=NOW + timedelta(hours=20))
    assert waiting[:2] == (HealthState.AT_RISK, HealthReason.HANDOVER_SHORT)


def test_a_failed_attempt_is_not_forgotten_in_the_depot_overnight() -> None:
    assert health(attempted=True)[:2] == (HealthState.NEEDS_CUSTOMER, HealthReason.ATTEMPT_FAILED)
    assert health(attempted=True, status=Status.OUT_FOR_DELIVERY)[:2] == WELL


def test_what_the_driver_did_not_manage_asks_nothing_of_the_customer() -> None:
    missed = health(status=Status.DELIVERY_FAILED, reason=Reason.CARRIER_NOT_ENOUGH_TIME)
    assert missed[:2] == (HealthState.AT_RISK, HealthReason.ATTEMPT_MISSED)


def test_what_has_arrived_is_neither_late_nor_silent() -> None:
    assert health(status=Status.DELIVERED, silence=90 * DAY, deadline=NOW - timedelta(days=9)) == (
        HealthState.DELIVERED, HealthReason.ARRIVED, None,
    )  # fmt: skip


def test_after_two_months_the_clock_says_no_more() -> None:
    assert health(announced_at=NOW - JUDGED_FOR).due_at is None


@given(st.sampled_from(list(USUAL)), seconds, seconds)
def test_what_was_measured_is_kept_within_reason(status: str, p95: float, p99: float) -> None:
    found = limits(status, p95=p95, p99=p99)
    assert found.stalled <= found.lost
    assert USUAL[status].lost <= found.lost


def test_an_arrival_that_nobody_worried_about_is_no_news() -> None:
    assert not is_news(HealthState.ON_TIME, HealthState.DELIVERED)
    assert is_news(HealthState.LATE, HealthState.DELIVERED)
    assert not is_news(HealthState.LATE, HealthState.LATE)
