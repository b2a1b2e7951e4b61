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
    first = batch[0]  # whoever stands at one step of one version is of one store and one journey
    place, numbers = [first.store_id, first.journey_key, first.step], [one.id for one in batch]
    ids = as_array(numbers)
    fetch(_FORGET, [*place, now - span])
    held = dict(fetch(_HELD, [ids, first.step]))
    line = Line(
        most, span, now, passed=[at for (at,) in fetch(_PASSED, [*place, now - span])],
        to_come=[at for (at,) in fetch(_TO_COME, [*place, now, ids, most])],
    )  # fmt: skip
    in_order = sorted(numbers, key=lambda one: (one not in held, held.get(one, now), one))
    times = {one: line.place(held=held.get(one)) for one in in_order}
    fetch(_GIVE_UP, [ids, first.step])
    fetch(_KEEP, [*place, [one if at > now else None for one, at in times.items()], list(times.values())])
    return [times[one.id] for one in batch]
