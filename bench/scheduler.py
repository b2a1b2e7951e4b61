"""Goal 6: claiming due steps, executing no-op steps, and a million pending timers.

The limit is PostgreSQL alone: claiming the ids of 500 timers at a time with SKIP LOCKED and deleting these.
"""

import multiprocessing
import statistics
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from aftercare.config.prepare import equip_store
from aftercare.engagement.journeys.actions import travel
from aftercare.engagement.journeys.actions.publish import publish_version
from aftercare.engagement.journeys.actions.timers import claim, release
from aftercare.engagement.journeys.models import Version
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.scope import store_scope
from bench.harness import Contender, Options, median_rate, middle, peak_memory, ratio, take_turns, verdict

GOAL_CLAIMED = 50_000
GOAL_EXECUTED = 10_000
GOAL_LATENESS = 1.0
WORKERS = 2
_FORKS = multiprocessing.get_context("fork")
_FILL = """
    WITH entered AS (
    INSERT INTO journeys_enrolment (public_id, store_id, journey_id, version_id, entry_key, event_id, customer_id, order_id,
        data, state, step, due_at, anchor_at, waits_for, waits_by, is_backfill, outcome, detail, entered_at)
    SELECT 'enr_' || %(tag)s || n, %(store)s, %(journey)s, %(version)s, %(tag)s || n, gen_random_uuid(), n, n, '{}',
        'running', 'check', %(due)s + n * %(apart)s, %(due)s, '', '', false, '', '', %(due)s
    FROM generate_series(1, %(count)s) AS n RETURNING id, store_id, due_at
    )
    INSERT INTO journeys_timer (enrolment_id, store_id, due_at, waits_for, waits_by)
    SELECT id, store_id, due_at, '', '' FROM entered
"""
_EMPTY = "TRUNCATE journeys_enrolment, journeys_timer, journeys_steplog CASCADE"
_ANALYSE = "ANALYZE journeys_enrolment, journeys_timer"
_LATENESS = "SELECT extract(epoch FROM ended_at - due_at) FROM journeys_enrolment WHERE state = 'ended'"
_BARE_CLAIM = """
    SELECT enrolment_id FROM journeys_timer WHERE due_at <= %s ORDER BY due_at LIMIT 500 FOR UPDATE SKIP LOCKED
"""


class Timers:
    """Enrolments at a step that does nothing but check a field and end."""

    def __init__(self, *, size: int) -> None:
        self.size = size
        self.now = clock.now()
        self.version = _journey(f"timers-{size}", self.now)

    def fill(self) -> None:
        """All of them due."""
        _execute(_EMPTY)
        _insert(self.version, tag="t", count=self.size, due=self.now - timedelta(hours=1), apart=timedelta(0))
        _execute(_ANALYSE)

    def executed(self) -> int:
        """Claim, run the step, log it, end, record: what a worker does."""
        while travel.move_due(self.now):
            pass
        return self._all_gone()

    def claimed(self) -> int:
        """Only the claim, with all that a step would be given, and taking the timers away."""
        _claim_all(self.now)
        return self._all_gone()

    def limit(self) -> int:
        """Bare ids, claimed and taken away."""
        while True:
            with transaction.atomic():
                ids = [row[0] for row in fetch(_BARE_CLAIM, [self.now])]
                if not ids:
                    return self._all_gone()
                release(ids)

    def claimed_together(self) -> int:
        """The same by as many processes as a machine of two cores has workers, their start included."""
        connection.close()  # for a connection must not be shared
        workers = [_FORKS.Process(target=_claim_all, args=(self.now,)) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return self._all_gone()

    def _all_gone(self) -> int:
        left = int(fetch("SELECT count(*) FROM journeys_timer")[0][0])
        assert not left, f"{left} of {self.size} timers are left"
        return self.size


def _claim_all(now: datetime) -> None:
    while True:
        with transaction.atomic():
            travellers, _ = claim(now, limit=travel.BATCH)
            if not travellers:
                return
            release([one.id for one in travellers])


def run(options: Options) -> bool:
    """Two sizes of due timers, then lateness among a million that are not due yet."""
    sizes = (2_000, 4_000) if options.quick else (50_000, 200_000)
    met = [_run_due(size, options) for size in sizes]
    return all([*met, _run_lateness(20_000 if options.quick else 1_000_000, seconds=3 if options.quick else 30)])


def _run_due(size: int, options: Options) -> bool:
    timers = Timers(size=size)
    turns = take_turns(
        {
            "executed": Contender(timers.executed, timers.fill),
            "claimed": Contender(timers.claimed, timers.fill),
            "together": Contender(timers.claimed_together, timers.fill),
            "limit": Contender(timers.limit, timers.fill),
        },
        rounds=1 if options.quick else options.rounds,
    )
    print(f"\n{size:,} due steps; peak memory {peak_memory()}")
    for name, measured in turns.items():
        if name != "together":  # whose CPU is its workers'
            print(f"  {name:9}{middle(measured).line('steps')}")
    executed, claimed = median_rate(turns["executed"]), median_rate(turns["claimed"])
    together = median_rate(turns["together"])
    print(f"  claimed  {together:>10,.0f} steps/s by {WORKERS} processes together")
    print(f"  ratio of claimed to the bare claim {ratio(turns['claimed'], turns['limit'])}")
    print(f"  ratio of executed to the bare claim {ratio(turns['executed'], turns['limit'])}")
    return all([
        verdict(f"at least {GOAL_CLAIMED:,} due steps/s claimed: {claimed:,.0f}/s", met=claimed >= GOAL_CLAIMED),
        verdict(f"at least {GOAL_EXECUTED:,} no-op steps/s executed: {executed:,.0f}/s", met=executed >= GOAL_EXECUTED),
    ])  # fmt: skip


def _run_lateness(pending: int, *, seconds: int) -> bool:
    """A million timers over the coming days, and a stream of 500 a second that comes due now."""
    version = _journey(f"pending-{pending}", clock.now())
    _execute(_EMPTY)
    _insert(version, tag="p", count=pending, due=clock.now() + timedelta(days=1), apart=timedelta(milliseconds=86))
    _execute(_ANALYSE)
    _insert(
        version, tag="d", count=500 * seconds, due=clock.now() + timedelta(seconds=5), apart=timedelta(milliseconds=2)
    )
    ends = clock.now() + timedelta(seconds=seconds + 8)
    while clock.now() < ends:
        travel.move_due(clock.now())
    late = [row[0] for row in fetch(_LATENESS)]
    missing = 500 * seconds - len(late)
    p99 = float(sorted(late)[int(len(late) * 0.99) - 1])
    print(f"\n{pending:,} pending timers, 500 due a second, {missing} missing:")
    print(f"  late by {statistics.median(late):.3f} s (median), {p99:.3f} s (p99)")
    met = not missing and p99 <= GOAL_LATENESS
    return verdict(f"p99 lateness at most {GOAL_LATENESS:.0f} s among {pending:,} timers", met=met)


def _journey(slug: str, now: datetime) -> Version:
    store = open_store(slug=slug, name="Bench", now=now)
    equip_store(store)
    check = {"kind": "event_data", "config": {"field": "nothing", "values": ["at all"]}, "opposite": True}
    definition: dict[str, Any] = {
        "trigger": "order.placed",
        "steps": [{"id": "check", "kind": "condition", "config": check}],
    }
    with store_scope(store.pk):
        return publish_version(
            store=store, key="bench", name="Bench", description="", definition=definition, by="bench", now=now
        )


def _insert(version: Version, *, tag: str, count: int, due: datetime, apart: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FILL, {
            "tag": tag, "store": version.store_id, "journey": version.journey_id, "version": version.pk, "due": due,
            "apart": apart, "count": count,
        })  # fmt: skip


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
