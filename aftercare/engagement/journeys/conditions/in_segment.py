"""Whether the customer is in a segment, or on a list, now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.customers.queries import survivors
from aftercare.engagement.journeys.conditions import ConditionKind, register
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.segments.choices import segment_choices
from aftercare.engagement.segments.events import SegmentEntered, SegmentLeft
from aftercare.engagement.segments.queries import members_among, name_of_segment
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.schema import Key


class InSegmentConfig(BaseModel):
    """A segment by its public id."""

    model_config = ConfigDict(extra="forbid")
    segment: Annotated[Key, Field(title=gettext_noop("Segment or list")), Choices(segment_choices)]


@register
class InSegment(ConditionKind[InSegmentConfig]):
    """True while the customer is in it; of whom was merged, whoever they live on as."""

    key = "in_segment"
    label = gettext_lazy("Segment")
    past = gettext_lazy(
        "Who was in a segment is known back to when its rules last changed; before that, who is in it today is asked."
    )
    Config = InSegmentConfig

    def describe(self, config: InSegmentConfig) -> str:
        return _("the customer is in “%(segment)s”") % {"segment": name_of_segment(config.segment)}

    def describe_opposite(self, config: InSegmentConfig) -> str:
        return _("the customer is not in “%(segment)s”") % {"segment": name_of_segment(config.segment)}

    def touched_by(self, config: InSegmentConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({SegmentEntered.type, SegmentLeft.type})

    def test(self, batch: Sequence[Traveller], config: InSegmentConfig, *, now: datetime) -> list[bool]:  # noqa: ARG002 -- the base's signature
        people = {
            store_id: survivors(store_id=store_id, ids={one.customer_id for one in batch if one.customer_id})
            for store_id in {one.store_id for one in batch}
        }
        whos = [people[one.store_id].get(one.customer_id or 0, 0) for one in batch]
        inside = members_among(segment=config.segment, customer_ids=set(whos))
        return [who in inside for who in whos]
