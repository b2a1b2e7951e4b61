"""Standing in line: who may pass a rate limit when, in the order in which they came.

Places are given under a lock, so that two workers never give the last one twice. A place says when there will be room;
whether there is, is counted anew by those who really passed, so that nothing is exceeded after an hour of standstill
either. Whoever finds none then stands in line again.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.database.bulk import as_array, fetch, lock_for_transaction

_LOCK = "journeys.lines"
# Of those who have passed only the last span counts; of those to come, the last ones are who is stood behind.
_PASSED = """
    SELECT passes_at FROM journeys_place
    WHERE store_id = %s AND journey = %s AND step = %s AND enrolment_id IS NULL AND passes_at > %s ORDER BY passes_at
"""
_TO_COME = """
    SELECT passes_at FROM (
        SELECT passes_at FROM journeys_place
        WHERE store_id = %s AND journey = %s AND step = %s AND enrolment_id IS NOT NULL AND passes_at > %s
            AND enrolment_id <> ALL(%s::bigint[])
        ORDER BY passes_at DESC LIMIT %s
    ) AS latest ORDER BY passes_at
"""
_HELD = "SELECT enrolment_id, passes_at FROM journeys_place WHERE enrolment_id = ANY(%s::bigint[]) AND step = %s"
_FORGET = """
    DELETE FROM journeys_place WHERE store_id = %s AND journey = %s AND step = %s AND enrolment_id IS NULL AND passes_at <= %s
    RETURNING id
"""
_GIVE_UP = "DELETE FROM journeys_place WHERE enrolment_id = ANY(%s::bigint[]) AND step = %s RETURNING id"
_KEEP = """
    INSERT INTO journeys_place (store_id, journey, step, enrolment_id, passes_at)
    SELECT %s, %s, %s, * FROM unnest(%s::bigint[], %s::timestamptz[]) ON CONFLICT (enrolment_id, step) DO NOTHING RETURNING id
"""


@dataclass
class Line:
    """Who passed within the last span and who is to, each in order of time. Pure."""

    most: int
    span: timedelta
    now: datetime
    passed: list[datetime]
    to_come: list[datetime] = field(default_factory=list)

    def place(self, *, held: datetime | None) -> datetime:
        """When somebody passes: now, or later. Whoever held a place stands before all who are to come."""
        if held is not None and held > self.now:
            self._stand(held)
            return held
        if len(self.passed) < self.most and (held is not None or len(self.passed) + len(self.to_come) < self.most):
            self.passed.append(self.now)
            return self.now
        at = max(self.now, (self.passed + self.to_come)[-self.most] + self.span)
        self._stand(at)
        return at

    def _stand(self, at: datetime) -> None:
        self.to_come.insert(bisect_right(self.to_come, at), at)


def stand_in_line(*, batch: Sequence[Traveller], most: int, span: timedelta, now: datetime) -> list[datetime]:
    """When each of those at one step passes; `now` for those who pass at once. At most `most` in any `span`."""
    lock_for_transaction(_LOCK)
    times: list[datetime] = [now] * len(batch)
    for journey in {(one.store_id, one.journey_key, one.step) for one in batch}:
        places = [
            index for index, one in enumerate(batch) if (one.store_id, one.journey_key, one.step) == journey
        ]  # fmt: skip
        for index, at in _placed(journey, [(index, batch[index].id) for index in places], most, span, now):
            times[index] = at
    return times


def _placed(
    journey: tuple[int, str, str], group: Sequence[tuple[int, int]], most: int, span: timedelta, now: datetime
) -> list[tuple[int, datetime]]:
    ids = as_array(number for _index, number in group)
    fetch(_FORGET, [*journey, now - span])
    held = dict(fetch(_HELD, [ids, journey[2]]))
    line = Line(
        most, span, now, passed=[at for (at,) in fetch(_PASSED, [*journey, now - span])],
        to_come=[at for (at,) in fetch(_TO_COME, [*journey, now, ids, most])],
    )  # fmt: skip
    in_order = sorted(group, key=lambda one: (one[1] not in held, held.get(one[1], now), one[1]))
    found = [(index, number, line.place(held=held.get(number))) for index, number in in_order]
    fetch(_GIVE_UP, [ids, journey[2]])
    kept = [(number if at > now else None, at) for _index, number, at in found]
    fetch(_KEEP, [*journey, [number for number, _at in kept], [at for _number, at in kept]])
    return [(index, at) for index, _number, at in found]
