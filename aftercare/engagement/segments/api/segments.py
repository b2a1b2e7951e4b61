"""Segments: listed, made, changed, tried and archived."""

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel

from aftercare.engagement.segments.actions import archive_segment, change_segment, create_segment
from aftercare.engagement.segments.api.shapes import (
    DEFINITION,
    DefinitionIn,
    FittingOut,
    SegmentIn,
    SegmentOut,
    segment_out,
)
from aftercare.engagement.segments.definition import Definition, check_facts, read_definition
from aftercare.engagement.segments.queries import preview, segment_by_public_id, segments_for_list
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Segments"])
_FIELD = "definition"
SEGMENT = {"name": "Regulars", "description": "Bought twice, or reads what we write", "definition": DEFINITION}


class SegmentQuery(BaseModel):
    """What to narrow the list to; the live ones, if no state is named."""

    state: SegmentState | None = None
    kind: SegmentKind | None = None


def _read(segment: str) -> SegmentOut:
    return segment_out(segment_by_public_id(public_id=segment))


@router.get("/segments", response=Listed[SegmentOut])
@api_edge(Permission.SEGMENTS_READ)
def list_segments(
    request: ApiRequest, query: Query[SegmentQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[SegmentOut]:
    """Segments and lists, the latest made first."""
    found = segments_for_list(state=query.state or "", kind=query.kind or "", after=cursor, limit=limit)
    return Listed(items=[segment_out(one) for one in found.rows], next=found.following)


@router.post("/segments", response={201: SegmentOut}, openapi_extra=example_body(SEGMENT))
@api_edge(Permission.SEGMENTS_WRITE)
@idempotent
def make_segment(request: ApiRequest, body: SegmentIn) -> Status[SegmentOut]:
    """Make a segment by rules, or a list where there is no definition. Who is in it is worked out at once."""
    made = create_segment(
        store=request.store, name=body.name, description=body.description, definition=_definition(body),
        by=request.who, now=clock.now(),
    )  # fmt: skip
    return Status(201, _read(made.public_id))


@router.get("/segments/{segment}", response=SegmentOut)
@api_edge(Permission.SEGMENTS_READ)
def read_segment(request: ApiRequest, segment: PublicId) -> SegmentOut:
    """One segment."""
    return _read(segment)


@router.put("/segments/{segment}", response=SegmentOut, openapi_extra=example_body(SEGMENT))
@api_edge(Permission.SEGMENTS_WRITE)
@idempotent
@if_unchanged(_read)
def replace_segment(request: ApiRequest, segment: PublicId, body: SegmentIn) -> SegmentOut:
    """Change what it is called and who is in it. Whoever comes or goes by it enters and leaves in silence."""
    found = segment_by_public_id(public_id=segment)
    change_segment(
        segment=found, name=body.name, description=body.description, definition=_definition(body),
        revision=found.revision, by=request.who, now=clock.now(),
    )  # fmt: skip
    return _read(segment)


@router.post("/segments/{segment}/archive", response=SegmentOut)
@api_edge(Permission.SEGMENTS_WRITE)
@idempotent
def archive_one_segment(request: ApiRequest, segment: PublicId) -> SegmentOut:
    """Keep it no longer; nobody is in it any more. Refused while another segment refers to it."""
    archive_segment(segment=segment_by_public_id(public_id=segment), by=request.who, now=clock.now())
    return _read(segment)


@router.post("/segment-previews", response=FittingOut, openapi_extra=example_body({"definition": DEFINITION}))
@api_edge(Permission.SEGMENTS_READ)
def preview_segment(request: ApiRequest, body: DefinitionIn) -> FittingOut:
    """Who would be in such a segment now: how many, and a few of them. Nothing is made."""
    definition = read_definition(body.definition, within=_FIELD)
    check_facts(definition, within=_FIELD)
    shown = preview(definition, store=request.store, now=clock.now())
    return FittingOut(
        count=shown.count, margin=shown.margin, everybody=shown.everybody,
        sample=[customer.public_id for customer in shown.sample],
    )  # fmt: skip


def _definition(body: SegmentIn) -> Definition | None:
    return None if body.definition is None else read_definition(body.definition, within=_FIELD)
