"""When to call again, when to leave an endpoint in peace, and when to give it up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.foundation.kit.retry import after_failure

# A call that nobody took for this long tells of the past.
TOLD_WITHIN = timedelta(days=3)
# An endpoint that took nothing for this long is switched off, and staff are told.
PATIENCE = timedelta(days=5)
KEPT_FOR = timedelta(days=30)
PREVIOUS_SECRET_HOLDS = timedelta(hours=24)
SLOW_AFTER_MS = 3000
GONE = 410
_ASKED_TO_WAIT = {429, 503}
_LONGEST_REST = timedelta(hours=1)
_FIRST_REST = timedelta(seconds=15)
# Among thousands of calls one fails now and then: only when the next one fails too is the endpoint left in peace.
_FORGIVEN = 1


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of calling once: `status` 0 where nobody answered; `wait` where they asked for it."""

    at: datetime
    status: int
    ms: int
    reply: str
    wait: timedelta | None = None

    @property
    def was_taken(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_down(self) -> bool:
        """It says something of the endpoint, not of this call: asking for the next one now would be no use."""
        return self.status == 0 or self.status >= 500 or self.status in _ASKED_TO_WAIT

    @property
    def ends_the_line(self) -> bool:
        """Nobody is called there any more just now."""
        return self.is_down or self.status == GONE


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a call is from now on, and when it is due where it is queued again."""

    state: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint has been answering."""

    failures: int = 0
    failing_since: datetime | None = None
    resting_until: datetime | None = None
    is_slow: bool = False
    gone: str = ""


def conclude(attempt: Attempt, *, attempts: int) -> Conclusion:
    """2xx is taken; 410 means never again; anything else, and no answer at all, is tried again later."""
    if attempt.was_taken:
        return Conclusion("sent", attempt.at)
    again_at = None if attempt.status == GONE else after_failure(attempts=attempts, now=attempt.at)
    if again_at is None:
        return Conclusion("failed", attempt.at)
    if attempt.wait is not None:
        again_at = max(again_at, attempt.at + rest(failures=1, asked=attempt.wait))
    return Conclusion("queued", again_at)


def health_after(health: Health, attempt: Attempt) -> Health:
    """An endpoint's health after one more attempt. A single success makes it well."""
    is_slow = attempt.ms > SLOW_AFTER_MS
    if attempt.was_taken:
        return Health(is_slow=is_slow)
    failures, since = health.failures + 1, health.failing_since or attempt.at
    gone = health.gone
    if attempt.status == GONE:
        gone = "It answered 410: it wants no more calls."
    elif attempt.at - since >= PATIENCE:
        gone = f"It has taken nothing for {PATIENCE.days} days. Last answer: {attempt.reply}"[:300]
    rests = attempt.is_down and (failures > _FORGIVEN or attempt.wait is not None)
    resting = attempt.at + rest(failures=failures - _FORGIVEN, asked=attempt.wait) if rests else None
    return Health(failures, since, resting, is_slow or attempt.is_down, gone)


def one_after_another(lines: Sequence[Sequence[Attempt]]) -> list[Attempt]:
    """Attempts made side by side, as if made in turn: what failed at the same time failed once, and a line that ended
    well speaks for the endpoint."""
    made = [attempt for line in lines for attempt in line]
    taken = [attempt for attempt in made if attempt.was_taken]
    failed = [attempt for attempt in made if not attempt.was_taken][:1]
    is_well = any(line[-1].was_taken for line in lines if line)
    return failed + taken if is_well else taken + failed


def rest(*, failures: int, asked: timedelta | None = None) -> timedelta:
    """How long an endpoint that is down is left in peace: 15 s, doubling up to an hour, or as long as it asks (an hour
    at most)."""
    doubled: timedelta = _FIRST_REST * 2 ** min(max(failures - 1, 0), 10)
    return min(max(doubled, asked or doubled), _LONGEST_REST)


def wants(types: list[str], event_type: str) -> bool:
    """Whether an endpoint with these types is told of such an event."""
    return not types or event_type in types
