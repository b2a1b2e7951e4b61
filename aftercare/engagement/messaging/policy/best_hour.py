"""What can wait a few hours waits for the hour at which this customer reads.

The wait is bounded from when the message was asked for, so that it happens once. Where that hour lies in hours in which
one may not write, or in one of several zones, or beyond what the message is of use for, it goes out at once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from aftercare.engagement.messaging.policy.situation import Decision, Situation
from aftercare.engagement.messaging.policy.vocabulary import Reason, Verdict

HOURS = 24
# So many messages a customer, or all of a store, must have read before a habit is made of it.
ENOUGH, ENOUGH_OF_STORE = 3, 50
# Of so many messages read, the store's own habit outweighs what is known of the customer no more.
PRIOR = 3.0
_BESIDE = 0.5


def waits_for_the_best_hour(situation: Situation, now: datetime) -> Decision | None:
    """How it is known stands in the detail."""
    best = situation.best_hour
    if best is None or len(situation.calendar.zones) != 1:
        return None
    until = next_at(now, situation, best.hour)
    if until == now or until > (situation.asked_at or now) + best.patience:
        return None
    is_of_no_use = situation.expires_at is not None and until >= situation.expires_at
    if is_of_no_use or situation.calendar.opens_at(until) != until:
        return None
    return Decision(Verdict.DEFER, Reason.BEST_HOUR, until=until, detail=best.learned_from)


def next_at(now: datetime, situation: Situation, hour: int) -> datetime:
    """When it is next that hour where the recipient is: `now` itself during it."""
    local = situation.calendar.local(now)
    if local.hour == hour:
        return now
    day = local.date() + timedelta(days=local.hour > hour)
    return datetime(day.year, day.month, day.day, hour, tzinfo=local.tzinfo).astimezone(UTC)


def best_of(curve: Sequence[float], *, prior: Sequence[float] | None = None) -> int:
    """The hour at which most is read, from what was read at each; the hours beside count by half, the prior as a few."""
    weight = sum(prior) if prior else 0.0
    mixed = [
        curve[hour] + (PRIOR * prior[hour] / weight if prior and weight else 0.0) for hour in range(HOURS)
    ]  # fmt: skip
    smooth = [mixed[h] + _BESIDE * (mixed[h - 1] + mixed[(h + 1) % HOURS]) for h in range(HOURS)]
    return max(range(HOURS), key=lambda hour: (smooth[hour], mixed[hour], -hour))
