"""The API of drafts and versions: change what a journey is to do, have it checked, publish it, compare."""

from typing import Annotated, Any

from ninja import Body, Query
from ninja.responses import Status

from aftercare.engagement.journeys.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.journeys.actions.publish import archive, begin_journey
from aftercare.engagement.journeys.api.draft_shapes import (
    EXAMPLE,
    ComparisonOut,
    ComparisonQuery,
    DraftIn,
    DraftOut,
    JourneyIn,
    ProblemsOut,
    PublishIn,
    VersionsOut,
    compared_out,
    draft_out,
    problems_out,
    versions_out,
)
from aftercare.engagement.journeys.api.router import router
from aftercare.engagement.journeys.api.shapes import JourneyOut, VersionOut, journey_out, version_out
from aftercare.engagement.journeys.definition import Definition
from aftercare.engagement.journeys.drafts import working_definition, written_templates
from aftercare.engagement.journeys.overview import (
    flows,
    journey_by_public_id,
    version_by_number,
    version_uses,
    versions_of,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.parameters import PublicId

Seen = Annotated[int, Query(ge=0, le=2**31 - 1, description="The revision you read.", examples=[3])]


@router.post(
    "/journeys", response={201: JourneyOut},
    openapi_extra=example_body({"name": "Care tips after delivery", "definition": EXAMPLE}),
)  # fmt: skip
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def create_journey(request: ApiRequest, body: JourneyIn) -> Any:
    """Begin a journey. It is a draft until it is published."""
    made = begin_journey(
        store=request.store, name=body.name, description=body.description, definition=body.definition,
        by=request.who, now=clock.now(),
    )  # fmt: skip
    (flow,) = flows(store_id=request.store.pk, now=clock.now(), journeys=[made])
    return Status(201, journey_out(flow))


@router.post("/journeys/check", response=ProblemsOut, openapi_extra=example_body(EXAMPLE))
@api_edge(Permission.JOURNEYS_READ)
def check_definition(request: ApiRequest, body: Body[Definition]) -> ProblemsOut:
    """What is wrong with a definition, or could be better, each with its place. Nothing is kept."""
    return problems_out(body, written=written_templates())


@router.post("/journeys/{journey}/archive", response=JourneyOut)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def archive_journey(request: ApiRequest, journey: PublicId) -> JourneyOut:
    """Nobody enters any more; whoever is under way finishes it. `resume` takes it back."""
    archive(journey=journey_by_public_id(public_id=journey), by=request.who, now=clock.now())
    found = journey_by_public_id(public_id=journey)
    (flow,) = flows(store_id=request.store.pk, now=clock.now(), journeys=[found])
    return journey_out(flow)


@router.get("/journeys/{journey}/draft", response=DraftOut)
@api_edge(Permission.JOURNEYS_READ)
def read_draft(request: ApiRequest, journey: PublicId) -> DraftOut:
    """The draft with its problems; revision 0 and the live version's definition where there is none."""
    found = working_definition(journey=journey_by_public_id(public_id=journey))
    return draft_out(found, written=written_templates())


@router.put(
    "/journeys/{journey}/draft", response=DraftOut, openapi_extra=example_body({"definition": EXAMPLE, "revision": 0})
)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def replace_draft(request: ApiRequest, journey: PublicId, body: DraftIn) -> DraftOut:
    """Change what the journey is to do. Refused with `draft_changed` where somebody else was first."""
    found = journey_by_public_id(public_id=journey)
    change_draft(
        journey=found, definition=body.definition, revision=body.revision, by=request.who, now=clock.now()
    )  # fmt: skip
    return draft_out(working_definition(journey=found), written=written_templates())


@router.delete("/journeys/{journey}/draft", response=DraftOut)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def drop_draft(request: ApiRequest, journey: PublicId, revision: Seen) -> DraftOut:
    """Throw the draft away; what is published stays. Answers what the next draft would begin as."""
    found = journey_by_public_id(public_id=journey)
    discard_draft(journey=found, revision=revision)
    return draft_out(working_definition(journey=found), written=written_templates())


@router.post(
    "/journeys/{journey}/draft/publish",
    response={201: VersionOut},
    openapi_extra=example_body({"revision": 1, "note": "Wait two days longer"}),
)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def publish(request: ApiRequest, journey: PublicId, body: PublishIn) -> Any:
    """Make a version of the draft. Whoever is under way finishes the version they began on."""
    version = publish_draft(
        journey=journey_by_public_id(public_id=journey), revision=body.revision, note=body.note, by=request.who,
        now=clock.now(),
    )  # fmt: skip
    return Status(201, version_out(version))


@router.get("/journeys/{journey}/versions", response=VersionsOut)
@api_edge(Permission.JOURNEYS_READ)
def list_versions(request: ApiRequest, journey: PublicId) -> VersionsOut:
    """Every version with who is on it, the latest first."""
    found = versions_of(journey=journey_by_public_id(public_id=journey))
    return versions_out(found, version_uses(versions=found))


@router.get("/journeys/{journey}/compare", response=ComparisonOut)
@api_edge(Permission.JOURNEYS_READ)
def compare_versions(request: ApiRequest, journey: PublicId, query: Query[ComparisonQuery]) -> ComparisonOut:
    """What two versions differ in, as sentences."""
    found = journey_by_public_id(public_id=journey)
    before, after = (version_by_number(journey=found, number=number) for number in (query.before, query.after))
    return compared_out(before, after)
