"""Journeys as staff change them: publish a version, pause, resume, and let the past in."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from aftercare.engagement.journeys.actions.enter import SCHEDULER, LiveVersion, enrol
from aftercare.engagement.journeys.builtin import builtin_journeys
from aftercare.engagement.journeys.definition import Definition, check, parse
from aftercare.engagement.journeys.models import Journey, Version
from aftercare.foundation.database.bulk import fetch_decoded
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
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
    *, store: Store, key: str, name: str, description: str, definition: dict[str, Any], by: str, now: datetime
) -> Version:
    """Make a new version the live one, creating the journey if need be; raises Invalid naming the place at fault.

    Whoever is on an older version finishes it. An unchanged definition makes no version.
    """
    parsed = _parsed(definition)
    check(parsed)
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
    return Version.objects.create(
        store=store, journey=journey, number=number, trigger=parsed.trigger, definition=definition, is_live=True,
        created_at=now, created_by=by,
    )  # fmt: skip


@transaction.atomic
def install_builtin_journeys(*, store: Store, now: datetime) -> None:
    """Give the store the built-in journeys; those it has changed stay as they are."""
    changed = set(
        Version.objects.filter(store=store, is_live=True)
        .exclude(created_by=BY_US)
        .values_list("journey__key", flat=True)
    )
    for built in builtin_journeys():
        if built["key"] not in changed:
            publish_version(store=store, by=BY_US, now=now, **built)


@transaction.atomic
def pause(*, journey: Journey) -> None:
    """Nobody enters, and whoever is under way stays where they are."""
    Journey.objects.filter(pk=journey.pk).update(state=Journey.State.PAUSED)
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, [journey.pk])


@transaction.atomic
def resume(*, journey: Journey, now: datetime) -> None:
    """Go on; what came due meanwhile is decided with what is known now."""
    Journey.objects.filter(pk=journey.pk).update(state=Journey.State.LIVE)
    with connection.cursor() as cursor:
        cursor.execute(_RESUME, [journey.pk, now])
    wake(SCHEDULER)


def backfill(*, version: Version, journey: Journey, since: datetime, until: datetime, now: datetime) -> int:
    """Let in the customers of past events, page by page, each page in its own transaction; answers how many entered.

    Waits count from when the events happened, so what would be over by now is over at once. Running it again, or after
    a kill, lets nobody in twice.
    """
    definition = parse(version.pk, _parsed(version.definition).model_dump_json())
    live = LiveVersion(version.store_id, version.trigger, journey.pk, journey.key, version.pk, definition)
    entered, last = 0, "00000000-0000-0000-0000-000000000000"
    while True:
        with transaction.atomic():
            rows = fetch_decoded(_PAST, [version.store_id, version.trigger, since, until, last, _PAGE])
            entered += enrol(pairs=[(live, Recorded(*row)) for row in rows], now=now, is_backfill=True)
        if len(rows) < _PAGE:
            return entered
        last = str(rows[-1][0])


def _parsed(definition: dict[str, Any]) -> Definition:
    try:
        return Definition.model_validate(definition)
    except ValueError as error:
        raise Invalid(str(error), field="definition") from error
