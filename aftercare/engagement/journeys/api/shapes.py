"""What journeys and enrolments look like to programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.engagement.journeys.models import Enrolment, Journey, Version
from aftercare.engagement.journeys.overview import Flow, Passage, subjects_of


class JourneyOut(BaseModel):
    """A journey in figures: who is under way now, and who entered in the last thirty days, by outcome."""

    id: Annotated[str, Field(examples=["jrn_9k2c7x0m4p6r8t1v"])]
    key: str
    name: str
    description: str
    state: Journey.State
    trigger: Annotated[str, Field(description="The event that starts it.", examples=["order.placed"])]
    under_way: int
    entered: int
    outcomes: dict[str, int]


class VersionOut(BaseModel):
    """What a journey does from a moment on; whoever began on an older version finishes that one."""

    number: int
    is_live: bool
    definition: dict[str, Any]
    note: Annotated[str, Field(description="What changed, and why.")]
    created_at: datetime
    created_by: str


class JourneyWithVersions(JourneyOut):
    """A journey with every version, the latest first."""

    versions: list[VersionOut]


class EnrolmentOut(BaseModel):
    """One customer's way through a journey, for one order, parcel or event."""

    id: Annotated[str, Field(examples=["enr_4m1z8q6w0y2c5v7n"])]
    state: Enrolment.State
    step: str
    outcome: str
    detail: str
    order: str | None
    customer: str | None
    is_backfill: bool
    entered_at: datetime
    due_at: datetime
    ended_at: datetime | None


class PassageOut(BaseModel):
    """What happened at a step, why, and the message it led to."""

    at: datetime
    step: str
    outcome: str
    detail: str
    message: str | None


class EnrolmentWithPassages(EnrolmentOut):
    """An enrolment with what happened at each step, the latest first."""

    journey: str
    version: int
    passages: list[PassageOut]


class Journeys(BaseModel):
    """All of them: a store has a few."""

    items: list[JourneyOut]


_AS_THEY_ARE = EnrolmentOut.model_fields.keys() - {"id", "order", "customer"}


def journey_out(flow: Flow) -> JourneyOut:
    """The journey in figures."""
    return JourneyOut(**_figures(flow))


def journey_with_versions(flow: Flow, versions: Sequence[Version]) -> JourneyWithVersions:
    """The journey in figures, and what it does."""
    return JourneyWithVersions(versions=[version_out(version) for version in versions], **_figures(flow))


def version_out(version: Version) -> VersionOut:
    """What a version does, and who made it."""
    return VersionOut(
        number=version.number, is_live=version.is_live, definition=version.definition, note=version.note,
        created_at=version.created_at, created_by=version.created_by,
    )  # fmt: skip


def enrolments_out(enrolments: Sequence[Enrolment]) -> list[EnrolmentOut]:
    """Two queries, however many enrolments there are."""
    return [EnrolmentOut(**fields) for fields in _enrolment_fields(enrolments)]


def enrolment_with_passages(enrolment: Enrolment, passages: Sequence[Passage]) -> EnrolmentWithPassages:
    """The enrolment with what happened at each step. Two queries."""
    return EnrolmentWithPassages(
        journey=enrolment.journey.public_id,
        version=enrolment.version.number,
        passages=[_passage_out(passage) for passage in passages],
        **_enrolment_fields([enrolment])[0],
    )


def _passage_out(passage: Passage) -> PassageOut:
    log = passage.log
    return PassageOut(at=log.at, step=log.step, outcome=log.outcome, detail=log.detail, message=passage.message or None)


def _figures(flow: Flow) -> dict[str, Any]:
    journey = flow.journey
    return {
        "id": journey.public_id, "key": journey.key, "name": journey.name, "description": journey.description,
        "state": journey.state, "trigger": flow.trigger, "under_way": flow.under_way, "entered": flow.entered,
        "outcomes": flow.outcomes,
    }  # fmt: skip


def _enrolment_fields(enrolments: Sequence[Enrolment]) -> list[dict[str, Any]]:
    """Two queries, however many enrolments there are."""
    about = subjects_of(enrolments)
    return [
        {
            "id": one.public_id,
            "order": about.orders[one.order_id].public_id if one.order_id in about.orders else None,
            "customer": about.customers[one.customer_id].public_id if one.customer_id in about.customers else None,
            **{name: getattr(one, name) for name in _AS_THEY_ARE},
        }
        for one in enrolments
    ]
