"""Dry runs as staff ask for them: begin one, stop it, and carry one out."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

import orjson
import structlog
from django.db import DatabaseError, transaction

from aftercare.engagement.journeys.definition import check, parsed
from aftercare.engagement.journeys.dry_run.findings import keep_sample
from aftercare.engagement.journeys.dry_run.models import DryRun
from aftercare.engagement.journeys.dry_run.running import tried
from aftercare.engagement.journeys.dry_run.world import Tried
from aftercare.engagement.journeys.errors import NotPossibleNow
from aftercare.engagement.journeys.models import Draft, Journey, Version
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.stores.scope import store_scope

log = structlog.get_logger(__name__)
DRY_RUNS = "dry_runs"
MOST_DAYS = 366
SHOWN = 5_000
_KEPT = 20
_SILENT = timedelta(minutes=2)
_MOST_ATTEMPTS = 3
_OVERTAKEN = "DELETE FROM journeys_dryrun WHERE id = ANY(%s) RETURNING id"
# Whoever carries one out says so all the time; whoever is silent was killed.
_CLAIM = """
    UPDATE journeys_dryrun SET state = 'running', beat_at = %(now)s, attempts = attempts + 1, progress = 0
    WHERE id = (
        SELECT id FROM journeys_dryrun
        WHERE ended_at IS NULL AND attempts < %(most)s AND (state = 'queued' OR beat_at < %(silent)s)
        ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING public_id
"""
_GIVE_UP = """
    UPDATE journeys_dryrun SET state = 'failed', ended_at = %(now)s, problem = %(problem)s
    WHERE ended_at IS NULL AND attempts >= %(most)s AND beat_at < %(silent)s RETURNING id
"""
_BEAT = "UPDATE journeys_dryrun SET progress = %s, beat_at = %s WHERE id = %s AND ended_at IS NULL RETURNING id"
_END = """
    UPDATE journeys_dryrun SET state = %s, ended_at = %s, found = %s, problem = %s, progress = %s
    WHERE id = %s AND ended_at IS NULL RETURNING id
"""


class Stopped(Exception):  # noqa: N818 -- read as a sentence
    """Somebody stopped the run, or took it over."""


@transaction.atomic
def begin_dry_run(
    *, journey: Journey, version: Version | None, since: datetime, until: datetime, by: str, now: datetime,
    runs_here: bool = False,
) -> DryRun:  # fmt: skip
    """Ask a worker for one of a version, or of the draft; the caller carries it out if it `runs_here`.

    Raises Invalid where it cannot be tried, NotPossibleNow while one of the journey is under way.
    """
    Journey.objects.select_for_update().get(pk=journey.pk)
    draft = None if version else Draft.objects.filter(journey=journey).first()
    what = version or draft
    if what is None:
        raise Invalid("There is no draft.", field="version", remedy="Name a version.")
    check(parsed(what.definition))
    until = min(until, now)
    if not timedelta(0) < until - since <= timedelta(days=MOST_DAYS):
        raise Invalid(f"Between one and {MOST_DAYS} days that are over.", field="days")
    runs = DryRun.objects.filter(journey=journey).order_by("-asked_at", "-id")
    if runs.filter(ended_at=None).exists():
        raise NotPossibleNow("A dry run of this journey is under way.", remedy="Wait for it, or stop it.")
    fetch(_OVERTAKEN, [list(runs.values_list("pk", flat=True)[_KEPT - 1 :])])
    run: DryRun = DryRun.objects.create(
        store_id=journey.store_id, journey=journey, version=version.number if version else None,
        revision=draft.revision if draft else None, definition=what.definition, since=since, until=until, asked_by=by,
        asked_at=now, **({"state": DryRun.State.RUNNING, "beat_at": now, "attempts": _MOST_ATTEMPTS} if runs_here else {}),
    )  # fmt: skip
    if not runs_here:
        wake(DRY_RUNS)
    return run


def stop_dry_run(*, run: DryRun, now: datetime) -> None:
    """Let it be; whoever carries it out hears of it within a second. One that is over stays as it is."""
    DryRun.objects.filter(pk=run.pk, ended_at=None).update(state=DryRun.State.CANCELLED, ended_at=now)


def claim_dry_run(now: datetime) -> str:
    """The public id of one to carry out, whosever store it is of; empty where there is none."""
    told = {"now": now, "silent": now - _SILENT, "most": _MOST_ATTEMPTS, "problem": "It was killed again and again."}
    fetch(_GIVE_UP, told)
    found = fetch(_CLAIM, told)
    return str(found[0][0]) if found else ""


def carry_out(
    *, run: DryRun, clock: Callable[[], datetime], tell: Callable[[float], None] = lambda _share: None
) -> None:  # fmt: skip
    """From its first day to its last, and write down what came of it; raises Stopped."""

    def beat(share: float) -> None:
        if not fetch(_BEAT, [share, clock(), run.pk]):
            raise Stopped
        tell(share)

    what = Tried(run.store_id, run.journey.key, parsed(run.definition), run.since, run.until)
    beat(0.0)
    try:
        with store_scope(run.store_id), tried(what, tell=beat) as found, transaction.atomic():
            keep_sample(store_id=run.store_id, run_id=run.pk, most=SHOWN)
            _end(run, DryRun.State.DONE, clock(), found=asdict(found), progress=1.0)
    except (Refusal, DatabaseError, ValueError, KeyError) as error:
        log.exception("dry run failed", run=run.public_id)
        _end(run, DryRun.State.FAILED, clock(), problem=str(error)[:300])


def _end(
    run: DryRun, state: DryRun.State, now: datetime, *, found: dict[str, object] | None = None, problem: str = "",
    progress: float = 0.0,
) -> None:  # fmt: skip
    told = orjson.dumps(found or {}).decode()
    if not fetch(_END, [state.value, now, told, problem, progress, run.pk]):
        raise Stopped
