"""Whether the customer is in another segment or on a list, and since when."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import segment_choices
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.events import SegmentEntered, SegmentLeft
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.queries import name_of_segment
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Key


class InSegmentConfig(BaseModel):
    """A segment by its id; without days, however short."""

    model_config = ConfigDict(extra="forbid")
    segment: Annotated[Key, Field(title=gettext_noop("Segment or list")), Choices(segment_choices)]
    for_days: Annotated[
        int | None,
        Field(
            title=gettext_noop("For at least so many days"),
            description=gettext_noop("Empty: however short."),
            ge=1,
            le=3650,
        ),
    ] = None


@register
class InSegment(ConditionKind[InSegmentConfig]):
    """True while they are in it, for so long."""

    key = "in_segment"
    label = gettext_lazy("In a segment or on a list")
    hint = gettext_lazy("For so long, if you like")
    icon = "shapes"
    Config = InSegmentConfig

    def describe(self, config: InSegmentConfig) -> str:
        if config.for_days:
            return _("has been in “%(name)s” for at least “%(days)s days”") % _words(config)
        return _("is in “%(name)s”") % _words(config)

    def describe_opposite(self, config: InSegmentConfig) -> str:
        if config.for_days:
            return _("has not been in “%(name)s” for at least “%(days)s days”") % _words(config)
        return _("is not in “%(name)s”") % _words(config)

    def holds(self, config: InSegmentConfig, question: Question) -> str:
        long_enough = f" AND m.since <= {question.ago(config.for_days)}" if config.for_days else ""
        return f"EXISTS (SELECT FROM {_members(config, question)} AND m.customer_id = c.id{long_enough})"

    def touched_by(self, config: InSegmentConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({SegmentEntered.type, SegmentLeft.type})

    def shifted(self, config: InSegmentConfig, passing: Passing) -> Sequence[str]:
        if not config.for_days:
            return ()
        aged = passing.turned("m.since", config.for_days)
        return [f"SELECT m.customer_id FROM {_members(config, passing)} AND {aged}"]  # noqa: S608 -- placeholders only

    def refers_to(self, config: InSegmentConfig) -> Sequence[str]:
        return [config.segment]

    def check(self, config: InSegmentConfig) -> None:
        if not Segment.objects.live().filter(public_id=config.segment).exists():
            raise Invalid(
                f"There is no segment '{config.segment}'.", field="segment", remedy="Give the id of a live one."
            )


def _members(config: InSegmentConfig, question: Question) -> str:
    named = f"SELECT g.id FROM segments_segment g WHERE g.store_id = %(store)s AND g.public_id = {question.value(config.segment)}"  # noqa: S608 -- placeholders only
    return f"segments_member m WHERE m.segment_id = ({named})"


def _words(config: InSegmentConfig) -> dict[str, object]:
    return {"name": name_of_segment(config.segment), "days": config.for_days}
