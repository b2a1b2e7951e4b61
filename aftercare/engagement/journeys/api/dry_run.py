"""The API of dry runs: try a journey on past events, see how far it is, read whom it would have reached and why not."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from ninja import Query
from ninja.responses import Status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, computed_field

from aftercare.engagement.journeys.actions.dry_runs import MOST_DAYS, begin_dry_run, stop_dry_run
from aftercare.engagement.journeys.api.router import router
from aftercare.engagement.journeys.dry_run.models import DryRun, DryRunMessage, Fate
from aftercare.engagement.journeys.dry_run.queries import (
    dry_run_by_public_id,
    dry_run_messages,
    dry_runs_of,
    subjects_of_messages,
)
from aftercare.engagement.journeys.models import Journey, Version
from aftercare.engagement.journeys.overview import journey_by_public_id, version_by_number
from aftercare.engagement.messaging.policy import Reason
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId


class DryRunIn(BaseModel):
    """What to try: the live version, if neither a version nor the draft is named."""

    model_config = ConfigDict(extra="forbid")
    days: Annotated[int, Field(ge=1, le=MOST_DAYS, description="How many days of events.", examples=[30])] = 30
    until: Annotated[AwareDatetime | None, Field(description="Where the days end; now, if not given.")] = None
    version: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None
    draft: bool = False


class DryRunDayOut(BaseModel):
    """How many on one day, by the store's calendar."""

    day: str
    sent: int
    waiting: int
    dropped: int
    merged: int


class DryRunFiguresOut(BaseModel):
    """What came of it. `imported`: events heard of long after they happened, which count as heard when they happened."""

    events: int
    imported: int
    entered: int
    seconds: float
    messages: Annotated[dict[str, int], Field(description="By what would have become of them.")]
    held: Annotated[dict[str, int], Field(description="Held back for a while, by what held them first.")]
    dropped: Annotated[dict[str, int], Field(description="Never sent, by the reason.")]
    outcomes: Annotated[dict[str, int], Field(description="How their journeys ended.")]
    steps: Annotated[dict[str, dict[str, int]], Field(description="Outcomes of whoever passed each step.")]
    standing: Annotated[dict[str, int], Field(description="How many stand at each step at the end.")]
    days: list[DryRunDayOut]


class DryRunOut(BaseModel):
    """A journey's draft, or a version of it, tried on the events of some days."""

    id: Annotated[str, Field(examples=["dry_5n2a9r7t1w3y6z8b"])]
    journey: str
    version: Annotated[int | None, Field(description="Null: the draft.")]
    revision: Annotated[int | None, Field(description="Of the draft.")]
    since: datetime
    until: datetime
    state: DryRun.State
    progress: Annotated[float, Field(description="From 0 to 1.")]
    problem: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    found: Annotated[DryRunFiguresOut | None, Field(description="Once it is done.")]


class DryRuns(BaseModel):
    """The latest of a journey."""

    items: list[DryRunOut]


class DryRunMessageOut(BaseModel):
    """A message that would have been asked for, and what would have become of it."""

    at: Annotated[datetime, Field(description="When it goes out or is given up; while it waits, when it is looked at.")]
    asked_at: datetime
    step: str
    message_type: str
    channel: str
    fate: Fate
    reason: Reason
    held_by: Annotated[Reason | None, Field(description="What first held it back for a while.")]
    detail: str
    customer: str | None
    order: str | None

    @computed_field(description="The reason in words.")  # type: ignore[prop-decorator]  # as pydantic documents it
    @property
    def why(self) -> str:
        return str(self.reason.label)


class DryRunMessageQuery(BaseModel):
    """What to narrow the list to."""

    fate: Fate | None = None
    reason: Reason | None = None
    step: Short = ""


@router.post(
    "/journeys/{journey}/dry-runs", response={201: DryRunOut}, openapi_extra=example_body({"days": 30})
)  # fmt: skip
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def start_dry_run(request: ApiRequest, journey: PublicId, body: DryRunIn) -> Any:
    """Try it on past events. Nothing is sent. It runs beside; read it until its state is `done`."""
    found, now = journey_by_public_id(public_id=journey), clock.now()
    until = body.until or now
    run = begin_dry_run(
        journey=found, version=_version(found, body), since=until - timedelta(days=body.days), until=until,
        by=request.who, now=now,
    )  # fmt: skip
    return Status(201, _out(run, found))


@router.get("/journeys/{journey}/dry-runs", response=DryRuns)
@api_edge(Permission.JOURNEYS_READ)
def list_dry_runs(request: ApiRequest, journey: PublicId) -> DryRuns:
    """The latest of a journey."""
    found = journey_by_public_id(public_id=journey)
    return DryRuns(items=[_out(run, found) for run in dry_runs_of(journey=found)])


@router.get("/dry-runs/{dry_run}", response=DryRunOut)
@api_edge(Permission.JOURNEYS_READ)
def read_dry_run(request: ApiRequest, dry_run: PublicId) -> DryRunOut:
    """How far it is, and what came of it."""
    run = dry_run_by_public_id(public_id=dry_run)
    return _out(run, run.journey)


@router.get("/dry-runs/{dry_run}/messages", response=Listed[DryRunMessageOut])
@api_edge(Permission.JOURNEYS_READ)
def list_dry_run_messages(
    request: ApiRequest, dry_run: PublicId, query: Query[DryRunMessageQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[DryRunMessageOut]:
    """Who would have received what, when, and what was held back, the latest first; of many a sample."""
    found = dry_run_messages(
        run=dry_run_by_public_id(public_id=dry_run), fate=query.fate or "", reason=query.reason or "",
        step=query.step, after=cursor, limit=limit,
    )  # fmt: skip
    return Listed(items=_messages_out(found.rows), next=found.following)


@router.post("/dry-runs/{dry_run}/stop", response=DryRunOut)
@api_edge(Permission.JOURNEYS_WRITE)
@idempotent
def stop(request: ApiRequest, dry_run: PublicId) -> DryRunOut:
    """Let it be; nothing of it is kept. One that is over stays as it is."""
    stop_dry_run(run=dry_run_by_public_id(public_id=dry_run), now=clock.now())
    run = dry_run_by_public_id(public_id=dry_run)
    return _out(run, run.journey)


def _version(journey: Journey, body: DryRunIn) -> Version | None:
    if body.draft:
        return None
    if body.version is not None:
        return version_by_number(journey=journey, number=body.version)
    live = Version.objects.filter(journey=journey, is_live=True).first()
    if live is None:
        raise NotFound("Nothing of it is published.", field="version", remedy="Try its draft.")
    return live


def _out(run: DryRun, journey: Journey) -> DryRunOut:
    told = {name: getattr(run, name) for name in DryRunOut.model_fields.keys() - {"id", "journey", "found"}}
    found = DryRunFiguresOut.model_validate(run.found) if run.found else None
    return DryRunOut(id=run.public_id, journey=journey.public_id, found=found, **told)


def _messages_out(messages: list[DryRunMessage]) -> list[DryRunMessageOut]:
    about = subjects_of_messages(messages)
    return [
        DryRunMessageOut(
            at=one.at, asked_at=one.asked_at, step=one.step, message_type=one.message_type, channel=one.channel,
            fate=Fate(one.fate), reason=Reason(one.reason), held_by=Reason(one.held_by) if one.held_by else None,
            detail=one.detail,
            customer=about.customers[one.customer_id].public_id if one.customer_id in about.customers else None,
            order=about.orders[one.order_id].public_id if one.order_id in about.orders else None,
        )
        for one in messages
    ]  # fmt: skip
