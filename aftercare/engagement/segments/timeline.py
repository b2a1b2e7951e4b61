"""How events of segments read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.engagement.segments.events import (
    SegmentArchived,
    SegmentChanged,
    SegmentCreated,
    SegmentEntered,
    SegmentLeft,
)
from aftercare.foundation.events.timelines import Told, tells, topic

topic("segments", gettext_lazy("Segments"), "segment.")


@tells(SegmentEntered, SegmentLeft, SegmentCreated, SegmentChanged, SegmentArchived)
def _named(data: Mapping[str, Any]) -> Told:
    segment = str(data.get("segment", ""))
    return Told(str(data.get("name", "")), page=("segment", segment) if segment else None)
