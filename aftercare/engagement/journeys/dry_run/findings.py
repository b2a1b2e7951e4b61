"""What came of a dry run: counted for every step and day, and the messages themselves."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from aftercare.engagement.journeys.actions.travel import WAITS, Pages
from aftercare.engagement.journeys.dry_run.models import Fate
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.stand_ins import is_usable

_SAID = "dry_run_said"
_BEGIN = f"""
    CREATE TEMP TABLE {_SAID} (
        at timestamptz, asked_at timestamptz, step text, message_type text, channel text, fate text, reason text,
        held_by text, detail text, customer_id bigint, order_id bigint, recipient text)
"""
# A digest is a message of its own, at no step.
_KEEP = f"""
    INSERT INTO {_SAID}
    SELECT m.due_at, m.created_at, coalesce(v.step, ''), m.message_type, m.channel, m.state, m.reason,
           coalesce((SELECT d.reason FROM messaging_messagedecision d
                     WHERE d.message_id = m.id AND d.verdict = 'defer' ORDER BY d.id LIMIT 1), ''),
           m.detail, m.customer_id, m.order_id, m.recipient
    FROM messaging_message m LEFT JOIN unnest(%s::bigint[], %s::text[]) AS v(id, step) ON v.id = m.id
"""  # noqa: S608 -- a name of this module
_COUNT = f"""
    SELECT (CASE fate WHEN 'waiting' THEN asked_at ELSE at END AT TIME ZONE %s)::date, fate, reason, held_by, count(*)
    FROM {_SAID} GROUP BY 1, 2, 3, 4
"""  # noqa: S608 -- as above
_ALL = f"SELECT * FROM {_SAID} ORDER BY at, customer_id"  # noqa: S608 -- as above
_SAMPLE = f"""
    INSERT INTO journeys_dryrunmessage (store_id, run_id, at, asked_at, step, message_type, channel, fate, reason, held_by,
        detail, customer_id, order_id)
    SELECT %s, %s, coalesce(at, asked_at), asked_at, step, message_type, channel, fate, reason, held_by, detail, customer_id,
        order_id
    FROM {_SAID} ORDER BY md5(concat(customer_id, order_id, asked_at)) LIMIT %s
"""  # noqa: S608 -- as above


class Said(NamedTuple):
    """One message that would have been asked for."""

    at: datetime
    asked_at: datetime
    step: str
    message_type: str
    channel: str
    fate: str
    reason: str
    held_by: str
    detail: str
    customer_id: int | None
    order_id: int | None
    recipient: str


@dataclass
class Day:
    """How many went out, were first held back or given up, by the calendar of the store."""

    day: str
    sent: int = 0
    waiting: int = 0
    dropped: int = 0
    merged: int = 0


@dataclass
class Found:
    """The figures. `steps` by id: outcomes of whoever passed, and how many stand there at the end."""

    events: int = 0
    imported: int = 0
    entered: int = 0
    seconds: float = 0.0
    steps: dict[str, dict[str, int]] = field(default_factory=dict)
    standing: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    days: list[dict[str, Any]] = field(default_factory=list)


class Ledger:
    """Keeps what is said while a run goes on."""

    def __init__(self) -> None:
        self.entered = 0
        self.standing: Counter[str] = Counter()
        self._steps: dict[str, Counter[str]] = defaultdict(Counter)
        self._outcomes: Counter[str] = Counter()
        self._step_of: dict[int, str] = {}

    def read(self, pages: Pages) -> None:
        """What a batch would have written."""
        for _, _, _, step, outcome, _, _, message_id in pages.log:
            if outcome != WAITS:
                self._steps[step][outcome] += 1
            if message_id is not None:
                self._step_of[message_id] = step
        for (_, outcome, _), ids in pages.ended.items():
            self._outcomes[outcome] += len(ids)

    def close_part(self) -> None:
        """Keep the messages of this part's customers, before others take their place."""
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [list(self._step_of), list(self._step_of.values())])
        self._step_of.clear()

    def found(self, *, time_zone: str) -> Found:
        """All of it, counted."""
        messages: Counter[str] = Counter({fate.value: 0 for fate in Fate})
        held, dropped = Counter[str](), Counter[str]()
        days: dict[str, Day] = {}
        for date, fate, reason, held_by, count in fetch(_COUNT, [time_zone]):
            messages[fate] += count
            day = days.setdefault(date.isoformat(), Day(date.isoformat()))
            setattr(day, fate, getattr(day, fate) + count)
            if held_by:
                held[held_by] += count
            if fate == Fate.DROPPED:
                dropped[reason] += count
        return Found(
            entered=self.entered, steps={step: dict(counts) for step, counts in self._steps.items()},
            standing=dict(self.standing), outcomes=dict(self._outcomes), messages=dict(messages),
            held=dict(held.most_common()), dropped=dict(dropped.most_common()),
            days=[vars(days[key]) for key in sorted(days)],
        )  # fmt: skip


@contextmanager
def ledger() -> Iterator[Ledger]:
    """Within: what is said is kept."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN)
        yield Ledger()
    finally:
        if is_usable():
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{_SAID}")


def everything_said() -> list[Said]:
    """Every message, within the ledger."""
    return [Said(*row) for row in fetch(_ALL)]


def keep_sample(*, store_id: int, run_id: int, most: int) -> None:
    """Write at most so many, spread over all, beside the run, within the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, [store_id, run_id, most])
