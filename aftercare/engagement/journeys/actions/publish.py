"""Journeys as staff change them: begin one, publish a version, pause, resume, archive, and let the past in."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils.text import slugify

from aftercare.engagement.journeys.actions.dates import pass_over, watch_dates
from aftercare.engagement.journeys.actions.enter import LiveVersion, enrol
from aftercare.engagement.journeys.actions.leave import leave_by_what_was_missed
from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.dates import dates
from aftercare.engagement.journeys.definition import Definition, check, parsed, stored
from aftercare.engagement.journeys.errors import NotPossibleNow
from aftercare.engagement.journeys.events import JourneyArchived, JourneyPaused, JourneyPublished, JourneyResumed
from aftercare.engagement.journeys.models import Draft, Journey, Version
from aftercare.engagement.journeys.scheduling import SCHEDULER
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, Recorded
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.stores.models import Store

BY_US = "aftercare"
_PAGE = 5000
_PAST = """
    SELECT id, store_id, type, occurred_at, recorded_at, customer_id, order_id, shipment_id, actor, data
    FROM events_event WHERE store_id = %s AND type = %s AND occurred_at >= %s AND occurred_at < %s AND id > %s
    ORDER BY id LIMIT %s
"""
# The timers first, as the scheduler does: whoever is on the move finishes it, and only who still has a timer is paused.
_PAUSE = """
    WITH stopped AS (
        DELETE FROM journeys_timer AS t USING journeys_enrolment AS e
        WHERE t.enrolment_id = e.id AND e.journey_id = %s RETURNING e.id
    )
    UPDATE journeys_enrolment AS e SET state = 'paused' FROM stopped WHERE e.id = stopped.id
"""
# Nobody was there to be nudged meanwhile: whoever waits for an event looks at once.
_RESUME = """
    WITH resumed AS (
        UPDATE journeys_enrolment SET state = 'running' WHERE journey_id = %s AND state = 'paused'
        RETURNING id, store_id, due_at, waits_for, waits_by
    )
    INSERT INTO journeys_timer (enrolment_id, store_id, due_at, waits_for, waits_by)
    SELECT id, store_id, CASE waits_for WHEN '' THEN due_at ELSE %s END, waits_for, waits_by FROM resumed
"""


@transaction.atomic
def publish_version(
    *, store: Store, key: str, name: str, description: str, definition: dict[str, Any], by: str, now: datetime,
    note: str = "",
) -> Version:  # fmt: skip
    """Make a new version the live one, creating the journey if need be; raises Invalid naming the place at fault.

    Whoever is on an older version finishes it. An unchanged definition makes no version.
    """
    meant = parsed(definition)
    check(meant)
    journey, _ = Journey.objects.get_or_create(
        store=store, key=key,
        defaults={"name": name, "description": description, "state": Journey.State.LIVE, "created_at": now},
    )  # fmt: skip
    versions = Version.objects.filter(store=store, journey=journey)
    live = versions.filter(is_live=True).first()
    if live is not None and live.definition == definition:
        return live
    versions.filter(is_live=True).update(is_live=False)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    made = _live_version(journey, number, definition, by=by, now=now, note=note)
    made.save()
    # A draft's journey begins with its first version.
    Journey.objects.filter(pk=journey.pk, state=Journey.State.DRAFT).update(state=Journey.State.LIVE)
    watch_dates(journey=journey, trigger=meant.trigger, now=now)
    _record(journey, JourneyPublished(journey.key, number, note), by=by, now=now)
    return made


@transaction.atomic
def begin_journey(
    *, store: Store, name: str, description: str, definition: Definition, by: str, now: datetime
) -> Journey:
    """A journey that is only a draft so far, under a key made of its name."""
    key = _free_key(slugify(name)[:50] or "journey", set(Journey.objects.values_list("key", flat=True)))
    journey: Journey = Journey.objects.create(
        store=store, key=key, name=name, description=description, state=Journey.State.DRAFT, created_at=now
    )
    Draft.objects.create(store=store, journey=journey, definition=stored(definition), changed_at=now, changed_by=by)
    return journey


def rename(*, journey: Journey, name: str, description: str) -> None:
    """Call it something else; its key stays, for messages and reports hang on it."""
    Journey.objects.filter(pk=journey.pk).update(name=name, description=description)


@transaction.atomic
def install_builtin_journeys(*, store: Store, now: datetime) -> None:
    """Give the store the built-in journeys; those it has changed stay as they are."""
    live = {
        version.journey.key: version
        for version in Version.objects.filter(store=store, is_live=True).select_related("journey")
    }
    newer = [built for built in builtin_journeys() if _is_behind(live.get(built["key"]), built)]
    if not newer:
        return
    Journey.objects.bulk_create(
        [
            Journey(
                store=store, key=built["key"], name=built["name"], description=built["description"],
                state=Journey.State.LIVE if built["is_on"] else Journey.State.PAUSED, created_at=now,
            )
            for built in newer
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    journeys = Journey.objects.filter(store=store, key__in=[built["key"] for built in newer])
    journeys.filter(state=Journey.State.DRAFT).update(state=Journey.State.LIVE)
    known = {journey.key: journey for journey in journeys.annotate(last=Coalesce(Max("versions__number"), 0))}
    Version.objects.filter(journey__in=journeys, is_live=True).update(is_live=False)
    made = [
        _live_version(known[built["key"]], known[built["key"]].last + 1, built["definition"], by=BY_US, now=now)
        for built in newer
    ]
    Version.objects.bulk_create(made)
    for version in made:
        if version.trigger in dates:
            watch_dates(journey=version.journey, trigger=version.trigger, now=now)


def _live_version(
    journey: Journey, number: int, definition: dict[str, Any], *, by: str, now: datetime, note: str = ""
) -> Version:  # fmt: skip
    """Not saved yet; with what is looked up by columns of its own, so that no version is without it."""
    meant = parsed(definition)
    return Version(
        store_id=journey.store_id, journey=journey, number=number, trigger=meant.trigger, definition=definition,
        is_live=True, note=note, created_at=now, created_by=by, leaves_on=meant.leaves_on,
    )  # fmt: skip


def _is_behind(live: Version | None, built: dict[str, Any]) -> bool:
    return live is None or (live.created_by == BY_US and live.definition != built["definition"])


@transaction.atomic
def pause(*, journey: Journey, by: str, now: datetime) -> None:
    """Nobody enters, and whoever is under way stays where they are; raises NotPossibleNow."""
    _move(journey, Journey.State.PAUSED, allowed=(Journey.State.LIVE, Journey.State.PAUSED))
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, [journey.pk])
    _record(journey, JourneyPaused(journey.key), by=by, now=now)


@transaction.atomic
def resume(*, journey: Journey, by: str, now: datetime) -> None:
    """Go on, also after it was archived; what came due meanwhile is decided with what is known now."""
    has_versions = Version.objects.filter(journey=journey).exists()
    to = Journey.State.LIVE if has_versions else Journey.State.DRAFT
    _move(journey, to, allowed=(Journey.State.LIVE, Journey.State.PAUSED, Journey.State.ARCHIVED))
    pass_over(journey=journey, now=now)
    with connection.cursor() as cursor:
        cursor.execute(_RESUME, [journey.pk, now])
    leave_by_what_was_missed(journey_id=journey.pk, now=now)
    wake(SCHEDULER)
    _record(journey, JourneyResumed(journey.key), by=by, now=now)


@transaction.atomic
def archive(*, journey: Journey, by: str, now: datetime) -> None:
    """Nobody enters any more and it leaves the list; whoever is under way and not paused finishes it."""
    _move(journey, Journey.State.ARCHIVED, allowed=tuple(Journey.State))
    _record(journey, JourneyArchived(journey.key), by=by, now=now)


def backfill(*, version: Version, journey: Journey, since: datetime, until: datetime, now: datetime) -> int:
    """Let in the customers of past events, page by page, each page in its own transaction; answers how many entered.

    Waits count from when the events happened, so what would be over by now is over at once. Running it again, or after
    a kill, lets nobody in twice.
    """
    definition = parsed(version.definition)
    live = LiveVersion(version.store_id, version.trigger, journey.pk, journey.key, version.pk, definition)
    entered, last = 0, "00000000-0000-0000-0000-000000000000"
    while True:
        with transaction.atomic():
            rows = fetch_decoded(_PAST, [version.store_id, version.trigger, since, until, last, _PAGE])
            entered += enrol(pairs=[(live, Recorded(*row)) for row in rows], now=now, is_backfill=True)
        if len(rows) < _PAGE:
            return entered
        last = str(rows[-1][0])


def _move(journey: Journey, to: Journey.State, *, allowed: Sequence[Journey.State]) -> None:
    if not Journey.objects.filter(pk=journey.pk, state__in=allowed).update(state=to):
        raise NotPossibleNow("The journey is not in a state that allows this.", remedy="Look at it as it is now.")


def _record(journey: Journey, event: Event, *, by: str, now: datetime) -> None:
    record([Fact(event, journey.store_id, now, actor=by)], now=now)


def _free_key(wanted: str, taken: set[str]) -> str:
    return next(key for n in count(1) if (key := wanted if n == 1 else f"{wanted}-{n}") not in taken)
