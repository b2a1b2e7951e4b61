"""The API of journeys: what they do, who is on them and what happened to each, and their pausing."""

from typing import Annotated

from ninja import Query
from pydantic import BaseModel, Field

from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.api import calling, drafts, dry_run
from aftercare.engagement.journeys.api.router import router
from aftercare.engagement.journeys.api.shapes import (
    EnrolmentOut,
    EnrolmentWithPassages,
    Journeys,
    JourneyWithVersions,
    enrolment_with_passages,
    enrolments_out,
    journey_out,
    journey_with_versions,
)
from aftercare.engagement.journeys.models import Enrolment, Journey
from aftercare.engagement.journeys.overview import (
    enrolment_by_public_id,
    enrolments_for_list,
    flows,
    journey_by_public_id,
    passages,
    versions_of,
)
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

__all__ = ["calling", "drafts", "dry_run", "router"]


class EnrolmentQuery(BaseModel):
    """What to narrow the list to."""

    state: Enrolment.State | None = None
    outcome: Annotated[Short, Field(examples=["completed"])] = ""


@router.get("/journeys", response=Journeys)
@api_edge(Permission.JOURNEYS_READ)
def list_journeys(request: ApiRequest) -> Journeys:
    """Every journey, by name."""
    found = flows(store_id=request.store.pk, now=clock.now())
    return Journeys(items=[journey_out(flow) for flow in found])


@router.get("/journeys/{journey}", response=JourneyWithVersions)
@api_edge(Permission.JOURNEYS_READ)
def read_journey(request: ApiRequest, journey: PublicId) -> JourneyWithVersions:
    """A journey with what it does."""
    return _whole(request, journey_by_public_id(public_id=journey))


@router.get("/journeys/{journey}/enrolments", response=Listed[EnrolmentOut])
@api_edge(Permission.JOURNEYS_READ)
def list_enrolments(
    request: ApiRequest, journey: PublicId, query: Query[EnrolmentQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[EnrolmentOut]:
    """Who entered a journey, the latest first."""
    found = enrolments_for_list(
        journey=journey_by_public_id(public_id=journey), state=query.state or "", outcome=query.outcome, after=cursor,
        limit=limit,
    )  # fmt: skip
    return Listed(items=enrolments_out(found.rows), next=found.following)


@router.get("/enrolments/{enrolment}", response=EnrolmentWithPassages)
@api_edge(Permission.JOURNEYS_READ)
def read_enrolment(request: ApiRequest, enrolment: PublicId) -> EnrolmentWithPassages:
    """One way through a journey: what happened at each step, and why."""
    found = enrolment_by_public_id(public_id=enrolment)
    return enrolment_with_passages(found, passages(enrolment=found))


@router.post("/journeys/{journey}/pause", response=JourneyWithVersions)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def pause_journey(request: ApiRequest, journey: PublicId) -> JourneyWithVersions:
    """Nobody enters, and whoever is under way stays where they are."""
    pause(journey=journey_by_public_id(public_id=journey), by=request.who, now=clock.now())
    return _whole(request, journey_by_public_id(public_id=journey))


@router.post("/journeys/{journey}/resume", response=JourneyWithVersions)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def resume_journey(request: ApiRequest, journey: PublicId) -> JourneyWithVersions:
    """Go on where everybody was; what came due meanwhile is decided with what is known now."""
    resume(journey=journey_by_public_id(public_id=journey), by=request.who, now=clock.now())
    return _whole(request, journey_by_public_id(public_id=journey))


def _whole(request: ApiRequest, journey: Journey) -> JourneyWithVersions:
    (flow,) = flows(store_id=request.store.pk, now=clock.now(), journeys=[journey])
    return journey_with_versions(flow, versions_of(journey=journey))
