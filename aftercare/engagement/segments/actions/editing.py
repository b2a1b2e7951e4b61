"""Making, changing and archiving segments."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from aftercare.engagement.segments.actions.facts import LOCK
from aftercare.engagement.segments.actions.following import compute_anew
from aftercare.engagement.segments.asking import Passing
from aftercare.engagement.segments.compiling import shifts
from aftercare.engagement.segments.definition import Definition, check_facts, parse, refers_to, stored
from aftercare.engagement.segments.errors import NotAList, RingOfSegments, SegmentInUse
from aftercare.engagement.segments.events import SegmentArchived, SegmentChanged, SegmentCreated, SegmentEvent
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.queries import definitions_by_public_id
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.timelines import actor_name
from aftercare.foundation.kit.drafts import DraftChanged, check_revision
from aftercare.foundation.stores.models import Store


@transaction.atomic
def create_segment(
    *, store: Store, name: str, description: str = "", definition: Definition | None, by: str, now: datetime
) -> Segment:
    """A segment by rules, or a list where there is no definition; who is in it is computed soon after."""
    lock_for_transaction(LOCK, store.pk)
    segment = Segment(
        store=store, name=name, description=description, kind=SegmentKind.LIST, computed_to=None,
        created_by=by, created_at=now, changed_by=by, changed_at=now,
    )  # fmt: skip
    if definition is not None:
        segment.kind = SegmentKind.RULES
        _define(segment, definition, store=store, now=now)
    segment.save(force_insert=True)
    if definition is not None:
        compute_anew(segment_ids=[segment.pk], tells=False)
    _tell(SegmentCreated(segment.public_id, segment.name), segment, by=by, now=now)
    return segment


@transaction.atomic
def change_segment(
    *,
    segment: Segment,
    name: str,
    description: str,
    definition: Definition | None,
    revision: int,
    by: str,
    now: datetime,
) -> Segment:
    """Call it otherwise, or decide otherwise who is in it; raises DraftChanged where somebody came first.

    Nobody enters or leaves by a changed definition: they were let in or out by hand.
    """
    segment = _locked(segment, revision=revision)
    segment.name, segment.description = name, description
    is_new = definition is not None and stored(definition) != segment.definition
    if definition is not None and is_new:
        if segment.is_list:
            raise NotAList("A list has no rules.", field="definition", remedy="Make a segment that refers to it.")
        _define(segment, definition, store=segment.store, now=now)
    segment.revision += 1
    segment.changed_by, segment.changed_at = by, now
    segment.save()
    if is_new:
        compute_anew(segment_ids=[segment.pk], tells=False)
    _tell(SegmentChanged(segment.public_id, segment.name), segment, by=by, now=now)
    return segment


@transaction.atomic
def archive_segment(*, segment: Segment, by: str, now: datetime) -> None:
    """Keep it no longer; raises SegmentInUse where another refers to it. Archiving twice changes nothing."""
    segment = _locked(segment)
    if not segment.is_live:
        return
    users = _users_of(segment)
    if users:
        raise SegmentInUse(
            f"The segment “{users[0].name}” refers to this one.", field="segment", remedy="Change that one first."
        )
    segment.state, segment.swept_at = SegmentState.ARCHIVED, None
    segment.changed_by, segment.changed_at = by, now
    segment.save()
    compute_anew(segment_ids=[segment.pk], tells=False)
    _tell(SegmentArchived(segment.public_id, segment.name), segment, by=by, now=now)


def is_timed(definition: Definition, *, store: Store, now: datetime) -> bool:
    """Whether the passing of time alone can change who is in it."""
    return bool(shifts(definition, Passing(store, now, since=now)))


def _define(segment: Segment, definition: Definition, *, store: Store, now: datetime) -> None:
    check_facts(definition, within="definition")
    _refuse_rings(segment.public_id, definition, definitions_by_public_id())
    segment.definition = stored(definition)
    segment.swept_at = now if is_timed(definition, store=store, now=now) else None


def _refuse_rings(own: str, definition: Definition, others: Mapping[str, str]) -> None:
    """Follow what the definition refers to, all the way."""
    ahead, seen = list(refers_to(definition)), set[str]()
    while ahead:
        name = ahead.pop()
        if name == own:
            raise RingOfSegments(
                "Who is in this segment would depend on who is in it.", field="definition",
                remedy="Let it refer to segments only that do not refer to it.",
            )  # fmt: skip
        if name not in seen and name in others:
            seen.add(name)
            ahead += refers_to(parse(others[name]))


def _users_of(segment: Segment) -> list[Segment]:
    others = definitions_by_public_id()
    names = [name for name, source in others.items() if segment.public_id in refers_to(parse(source))]
    return list(Segment.objects.filter(public_id__in=names).order_by("name"))


def _locked(segment: Segment, *, revision: int | None = None) -> Segment:
    """As it is now, with the store's lock, which whoever settles it holds too."""
    lock_for_transaction(LOCK, segment.store_id)
    found = Segment.objects.select_related("store").get(pk=segment.pk)
    if revision is not None:
        check_revision(found, seen=revision, name_of=actor_name)
        if not found.is_live:
            raise DraftChanged("The segment has been archived.", field="revision", remedy="Make a new one.")
    return found


def _tell(event: SegmentEvent, segment: Segment, *, by: str, now: datetime) -> None:
    record([Fact(event, segment.store_id, now, actor=by)], now=now)
