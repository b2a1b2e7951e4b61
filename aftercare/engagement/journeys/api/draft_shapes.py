"""What drafts, problems and comparisons look like to programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.api.shapes import VersionOut, version_out
from aftercare.engagement.journeys.checking import problems_of
from aftercare.engagement.journeys.comparing import Fate, compare
from aftercare.engagement.journeys.definition import Definition, stored
from aftercare.engagement.journeys.drafts import Working
from aftercare.engagement.journeys.models import Version
from aftercare.engagement.journeys.objections import Weight
from aftercare.engagement.journeys.overview import VersionUse
from aftercare.foundation.kit.schema import Text

EXAMPLE: dict[str, Any] = {
    "trigger": "shipment.delivered",
    "entry": {"once_per": "order", "fresh_for_hours": 48},
    "conditions": [{"kind": "order_progress", "config": {"stages": ["cancelled"]}, "opposite": True}],
    "steps": [
        {"id": "settle", "kind": "wait", "config": {"days": 5}},
        {"id": "morning", "kind": "wait_until", "config": {"time": "10:00"}},
        {"id": "send", "kind": "send", "config": {"message": "thank_you"}},
    ],
}
Revision = Annotated[
    int, Field(ge=0, le=2**31 - 1, description="The revision you read; 0 where there was no draft.", examples=[3])
]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class JourneyIn(_In):
    """A journey to begin with."""

    name: Annotated[Text, Field(min_length=1, max_length=120, examples=["Care tips after delivery"])]
    description: Annotated[Text, Field(max_length=300)] = ""
    definition: Annotated[Definition, Field(examples=[EXAMPLE])]


class DraftIn(_In):
    """All of what the journey is to do."""

    definition: Annotated[Definition, Field(examples=[EXAMPLE])]
    revision: Revision


class PublishIn(_In):
    """Which revision is meant, and why it was made."""

    revision: Revision
    note: Annotated[Text, Field(max_length=300, examples=["Wait two days longer"])] = ""


class ProblemOut(BaseModel):
    """Something wrong (`error`: it keeps the draft from being published) or something to think about (`advice`)."""

    place: Annotated[
        str, Field(description="A step's id, `trigger`, `entry`, `conditions[0]` or `steps`.", examples=["send"])
    ]
    field: Annotated[str, Field(examples=["message"])]
    weight: Weight
    sentence: Annotated[str, Field(examples=["“Thank you, with a guide” has no live template."])]


class ProblemsOut(BaseModel):
    """All that the rules find."""

    problems: list[ProblemOut]


class DraftOut(ProblemsOut):
    """The draft, who changed it last, and what is wrong with it."""

    definition: Annotated[dict[str, Any], Field(examples=[EXAMPLE])]
    revision: int
    based_on: Annotated[int, Field(description="The version it began as; 0 for none.", examples=[2])]
    changed_at: datetime | None
    changed_by: Annotated[str, Field(examples=["staff:usr_4v9c2m7x1k8q3z6w"])]


class VersionWithUse(VersionOut):
    """A version with how many are under way on it, and how many ever entered."""

    under_way: int
    entered: int


class VersionsOut(BaseModel):
    """All of them: a journey has some."""

    items: list[VersionWithUse]


class ComparisonQuery(BaseModel):
    """Two numbers of versions."""

    before: Annotated[int, Field(ge=1, le=2**31 - 1, examples=[1])]
    after: Annotated[int, Field(ge=1, le=2**31 - 1, examples=[2])]


class ComparedLine(BaseModel):
    """A sentence of either version; `depth` says how far it is indented."""

    fate: Fate
    before: str
    after: Annotated[str, Field(examples=["Wait 5 days"])]
    depth: int


class ComparisonOut(BaseModel):
    """Every sentence of both, in reading order."""

    lines: list[ComparedLine]


def problems_out(definition: Definition, *, written: frozenset[str]) -> ProblemsOut:
    """What the rules find."""
    found = problems_of(definition, written=written)
    return ProblemsOut(
        problems=[
            ProblemOut(place=one.place, field=one.field, weight=one.weight, sentence=one.sentence) for one in found
        ]
    )


def draft_out(working: Working, *, written: frozenset[str]) -> DraftOut:
    """The draft, or what one would begin as."""
    draft = working.draft
    return DraftOut(
        definition=stored(working.definition), revision=working.revision, based_on=working.based_on,
        changed_at=draft.changed_at if draft else None, changed_by=draft.changed_by if draft else "",
        problems=problems_out(working.definition, written=written).problems,
    )  # fmt: skip


def versions_out(versions: Sequence[Version], uses: Mapping[int, VersionUse]) -> VersionsOut:
    """Versions with their figures."""
    nobody = VersionUse()
    return VersionsOut(
        items=[
            VersionWithUse(**version_out(version).model_dump(), **vars(uses.get(version.pk, nobody)))
            for version in versions
        ]
    )


def compared_out(before: Version, after: Version) -> ComparisonOut:
    """Two versions, sentence by sentence."""
    lines = compare(
        before=Definition.model_validate(before.definition), after=Definition.model_validate(after.definition)
    )
    return ComparisonOut(
        lines=[ComparedLine(fate=one.fate, before=one.before, after=one.after, depth=one.depth) for one in lines]
    )
