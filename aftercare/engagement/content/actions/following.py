"""What the owner of a line does with a guide: opens it, ticks steps off, and takes ticks back."""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.content.events import (
    ChecklistCompleted,
    ChecklistStepDone,
    ChecklistStepUndone,
    GuideOpened,
)
from aftercare.engagement.content.models import Followed, Guide
from aftercare.engagement.content.policy import Reader
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.errors import Invalid

CUSTOMER = "customer"
# Of two first visits at once, one is the first.
_OPEN = """
    INSERT INTO content_followed (store_id, order_id, line_id, slug, opened_at, done, steps)
    VALUES (%s, %s, %s, %s, %s, '[]', 0) ON CONFLICT (order_id, slug) DO NOTHING RETURNING id
"""


@transaction.atomic
def note_opened(*, guide: Guide, reader: Reader, now: datetime) -> None:
    """Somebody reads it; only the first time is kept."""
    # Read first: nearly every visit is a second one, which must write nothing.
    if Followed.objects.filter(order_id=reader.order_id, slug=guide.slug).exists():
        return
    if fetch(_OPEN, [reader.store_id, reader.order_id, reader.line_id, guide.slug, now]):
        _tell([GuideOpened(**_named(guide, reader))], reader, now)


@transaction.atomic
def tick_step(*, guide: Guide, reader: Reader, step: int, steps: int, done: bool, now: datetime) -> None:
    """Tick a step off (or, not `done`, take the tick back); raises Invalid where there is no such step.

    A tick that stands already changes nothing.
    """
    if not 1 <= step <= steps:
        raise Invalid("There is no such step.", field="step")
    note_opened(guide=guide, reader=reader, now=now)
    row = Followed.objects.select_for_update().get(order_id=reader.order_id, slug=guide.slug)
    # A text written anew may have fewer steps: ticks of those that are gone go with them.
    before = {place for place in row.done if place <= steps}
    after = before | {step} if done else before - {step}
    if after == before:
        return
    is_first_time = len(after) == steps and row.completed_at is None
    row.done, row.steps = sorted(after), steps
    row.begun_at = row.begun_at or now
    row.completed_at = now if is_first_time else row.completed_at
    row.save()
    ticked = (ChecklistStepDone if done else ChecklistStepUndone)(
        **_named(guide, reader), step=step, done=len(after), steps=steps
    )
    completed = [ChecklistCompleted(**_named(guide, reader), steps=steps)] if is_first_time else []
    _tell([ticked, *completed], reader, now)


def _named(guide: Guide, reader: Reader) -> dict[str, str]:
    return {
        "guide": guide.slug, "title": guide.title, "kind": guide.kind, "number": reader.number, "line": reader.line,
    }  # fmt: skip


def _tell(events: list[Event], reader: Reader, now: datetime) -> None:
    record([
        Fact(event, store_id=reader.store_id, occurred_at=now, customer_id=reader.customer_id,
             order_id=reader.order_id, actor=CUSTOMER)
        for event in events
    ], now=now)  # fmt: skip
