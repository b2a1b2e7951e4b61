"""What segments look like to programs."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from aftercare.engagement.segments.models import Member, Segment
from aftercare.engagement.segments.vocabulary import SegmentKind, SegmentState
from aftercare.foundation.kit.schema import Free, Incoming, Text

SegmentId = Annotated[str, Field(examples=["seg_5f1r8w0nq3z6y2bt"])]
CustomerId = Annotated[str, Field(examples=["cus_2y2k6wp8r3c0ft9e"])]
DEFINITION: dict[str, Any] = {
    "version": 1,
    "match": "all",
    "parts": [
        {"kind": "consent", "config": {"purpose": "marketing", "channel": "email"}},
        {
            "match": "any",
            "parts": [
                {"kind": "orders", "config": {"bound": "at_least", "count": 2, "within_days": 365}},
                {"kind": "performed", "config": {"event": "message.clicked", "within_days": 30}},
            ],
        },
        {"kind": "country", "config": {"countries": ["US"]}, "opposite": True},
    ],
}
_Name = Annotated[Text, Field(min_length=1, max_length=120, examples=["Regulars"])]
_Description = Annotated[Text, Field(max_length=300, examples=["Bought twice, or reads what we write"])]
_Definition = Annotated[
    Free,
    Field(
        examples=[DEFINITION],
        description="Groups (`match`: all, any or none; `parts`) of conditions (`kind`, `config`, `opposite`), nested.",
    ),
]


class SegmentIn(Incoming):
    """A segment; without a definition it is a list."""

    name: _Name
    description: _Description = ""
    definition: _Definition | None = None


class DefinitionIn(Incoming):
    """Who is asked for."""

    definition: _Definition


class CalledIn(Incoming):
    """A customer by one of these: our id, or theirs at any source; an e-mail address; a phone number."""

    customer: Annotated[Text, Field(max_length=120)] = ""
    email: Annotated[Text, Field(max_length=254)] = ""
    phone: Annotated[Text, Field(max_length=40)] = ""


class CalledMany(Incoming):
    """Several at once."""

    customers: Annotated[list[CalledIn], Field(min_length=1, max_length=500)]


class SegmentOut(BaseModel):
    """A segment or list."""

    id: SegmentId
    name: Annotated[str, Field(examples=["Regulars"])]
    description: Annotated[str, Field(examples=["Bought twice, or reads what we write"])]
    kind: Annotated[SegmentKind, Field(examples=["rules"])]
    state: Annotated[SegmentState, Field(examples=["live"])]
    definition: Annotated[dict[str, Any] | None, Field(examples=[DEFINITION], description="Nothing for a list.")]
    size: Annotated[int, Field(examples=[1204])]
    is_computing: Annotated[bool, Field(description="Who is in it is being worked out; `size` still grows or shrinks.")]
    created_at: datetime
    changed_at: datetime


class MemberOut(BaseModel):
    """A customer who is in it."""

    customer: CustomerId
    since: datetime


class MembershipOut(BaseModel):
    """A segment a customer is in."""

    segment: SegmentId
    name: Annotated[str, Field(examples=["Regulars"])]
    since: datetime


class FittingOut(BaseModel):
    """Who would be in it now. With many customers the count is an estimate, wrong by `margin` at most 19 of 20 times."""

    count: Annotated[int, Field(examples=[1204])]
    margin: int
    everybody: Annotated[int, Field(examples=[8130])]
    sample: list[CustomerId]


class ListedOut(BaseModel):
    """What became of those who were named: how many it changed, and the places of whom nobody was found."""

    changed: Annotated[int, Field(examples=[1])]
    unknown: Annotated[list[int], Field(description="Their places in `customers`, from 0.")]


def segment_out(segment: Segment) -> SegmentOut:
    """One segment."""
    return SegmentOut(
        id=segment.public_id, name=segment.name, description=segment.description, kind=SegmentKind(segment.kind),
        state=SegmentState(segment.state), definition=None if segment.is_list else segment.definition,
        size=segment.size, is_computing=segment.computed_to is not None, created_at=segment.created_at,
        changed_at=segment.changed_at,
    )  # fmt: skip


def member_out(member: Member) -> MemberOut:
    """One member."""
    return MemberOut(customer=member.customer.public_id, since=member.since)
