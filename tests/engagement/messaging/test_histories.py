"""What holds over any history: random customers and messages through weeks, judged from what happened."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.policy import (
    Calendar,
    LegalClass,
    Limit,
    OpenHours,
    Reason,
    Suppressed,
    SuppressionCause,
    hours_but,
)
from tests.engagement.messaging.histories import Asked, History, Person

BEGIN = datetime(2026, 3, 23, tzinfo=UTC)  # clocks go forward within the week
WEEKS = timedelta(days=35)
LONG_AFTER = BEGIN + timedelta(days=400)
OWED, SERVICE, MARKETING = LegalClass
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
NEVER_OWED = {
    Reason.NO_CONSENT, Reason.CONTROL_GROUP, Reason.NOBODY, Reason.OVER_BUDGET, Reason.HELD, Reason.BEST_HOUR,
}  # fmt: skip

moments = st.integers(0, int(WEEKS.total_seconds()) // 60).map(lambda minute: BEGIN + timedelta(minutes=minute))
quiet = st.tuples(st.integers(18, 23), st.integers(0, 11))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    start, end = draw(quiet)
    night = hours_but(time(start), time(end), source="")
    assert night
    rest = OpenHours("rest", sunday=(), holiday=()) if draw(st.booleans()) else None
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    if len(zones) > 1:
        zones = ["America/New_York", "America/Los_Angeles"]
    return Calendar(tuple(zones), "DE", (night, rest) if rest else (night,))


@st.composite
def suppressions(draw: st.DrawFn) -> tuple[Suppressed, ...]:
    found = draw(st.lists(st.tuples(st.sampled_from(SuppressionCause), moments), max_size=1))
    return tuple(Suppressed(cause, BEGIN, until) for cause, until in found)


people = st.builds(
    Person,
    address=st.sampled_from(["sam@example.com", "sam@example.com", "sam@example.com", ""]),
    consents=st.fixed_dictionaries({
        SERVICE: st.sampled_from([None, None, True, False]), MARKETING: st.sampled_from([None, True, True, False]),
    }),
    suppressed=suppressions(),
    holds=st.lists(st.tuples(moments, st.integers(1, 200)), max_size=2).map(
        lambda holds: tuple((start, start + timedelta(hours=hours)) for start, hours in holds)
    ),
    calendar=calendars(),
    in_control_group=st.sampled_from([False, False, False, True]),
    best_hour=st.none() | st.integers(0, 23),
)  # fmt: skip


@st.composite
def requests(draw: st.DrawFn) -> list[Asked]:
    found = []
    for _ in range(draw(st.integers(1, 25))):
        legal_class, at = draw(st.sampled_from(LegalClass)), draw(moments)
        urgent = legal_class is OWED and draw(st.booleans())
        fresh = draw(st.none() | st.integers(1, 400))
        expires = None if fresh is None else at + timedelta(hours=fresh)
        found.append(Asked(at, legal_class, draw(st.sampled_from([20, 50, 80])), urgent, expires))
    return found


@st.composite
def budgets(draw: st.DrawFn) -> tuple[Limit, ...]:
    covered = st.sampled_from([{SERVICE, MARKETING}, {MARKETING}, {SERVICE}, set(LegalClass)])
    found = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 14), covered), max_size=2))
    return tuple(Limit(most, days, frozenset(covers)) for most, days, covers in found)


histories = st.builds(History, people, budgets(), st.booleans())


def lived(history: History, asked: list[Asked]) -> History:
    history.live(asked, until=LONG_AFTER)
    return history


@settings(max_examples=150)
@given(histories, requests())
def test_no_marketing_without_a_yes_and_nothing_after_a_no(history: History, asked: list[Asked]) -> None:
    consents = lived(history, asked).person.consents
    for one in history.sent:
        assert one.legal_class is not MARKETING or consents[MARKETING] is True
        assert consents.get(one.legal_class) is not False


@settings(max_examples=150)
@given(histories, requests())
def test_nothing_but_what_is_owed_while_suppressed_and_nothing_to_a_dead_address(
    history: History, asked: list[Asked]
) -> None:
    for sent in lived(history, asked).sent:
        for one in history.person.suppressed:
            if one.until and sent.at < one.until:
                assert sent.legal_class is not MARKETING
                assert one.cause in (SuppressionCause.COMPLAINT, SuppressionCause.UNSUBSCRIBED)
                assert sent.legal_class is OWED or one.cause is SuppressionCause.UNSUBSCRIBED


@settings(max_examples=150)
@given(histories, requests())
def test_no_budget_is_ever_exceeded(history: History, asked: list[Asked]) -> None:
    lived(history, asked)
    for limit in history.limits:
        counted = [one for one in history.sent if one.legal_class in limit.covers]
        for last in counted:
            if last.legal_class is not OWED:
                window = [one for one in counted if last.at - timedelta(days=limit.days) < one.at <= last.at]
                assert len([one for one in window if one.at < last.at]) < limit.most
                # Of what went out at the same instant, what is owed came whether there was room or not.
                assert len([one for one in window if one.legal_class is not OWED]) <= limit.most


@settings(max_examples=150)
@given(histories, requests())
def test_quiet_hours_and_days_of_rest_are_never_broken(history: History, asked: list[Asked]) -> None:
    for sent in lived(history, asked).sent:
        if sent.legal_class is OWED:
            continue
        for zone in history.person.calendar.zones:
            local = sent.at.astimezone(ZoneInfo(zone))
            minute = local.hour * 60 + local.minute
            for hours in history.person.calendar.hours:
                spans = hours.sunday if local.weekday() == 6 else hours.weekday
                assert any(start <= minute < end for start, end in spans), (local, spans)


@settings(max_examples=150)
@given(histories, requests())
def test_what_is_owed_is_dropped_only_where_it_cannot_arrive_or_came_too_late(
    history: History, asked: list[Asked]
) -> None:
    for one in lived(history, asked).asked:
        if one.legal_class is OWED:
            assert one.reason not in NEVER_OWED
            assert one.state != "dropped" or one.reason in (Reason.NO_ADDRESS, Reason.SUPPRESSED, Reason.EXPIRED)


@settings(max_examples=150)
@given(histories, requests())
def test_every_message_ends_sent_merged_or_dropped_with_a_reason(history: History, asked: list[Asked]) -> None:
    for one in lived(history, asked).asked:
        assert one.state in ("sent", "merged", "dropped"), one
        assert one.reason is not None
    merged = sum(one.state == "merged" for one in history.asked)
    alone = sum(one.state == "sent" for one in history.asked)
    digests = len(history.sent) - alone
    assert 2 * digests <= merged, "a digest holds two at least"


@settings(max_examples=100)
@given(histories, requests())
def test_the_control_group_hears_only_what_is_owed(history: History, asked: list[Asked]) -> None:
    lived(history, asked)
    if history.person.in_control_group:
        assert {one.legal_class for one in history.sent} <= {OWED}


@settings(max_examples=100)
@given(histories, requests())
def test_what_can_wait_waits_for_holds(history: History, asked: list[Asked]) -> None:
    for sent in lived(history, asked).sent:
        assert sent.legal_class is OWED or not sent.held_too_long
