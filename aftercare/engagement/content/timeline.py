"""How events of guides read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from aftercare.engagement.content import events
from aftercare.foundation.events.timelines import Told, tells, topic

topic("content", gettext_lazy("Content"), "guide.")


@tells(events.GuideWritten, events.GuideRemoved)
def _guide(data: Mapping[str, Any]) -> Told:
    page = ("guide", data["guide"]) if data.get("guide") else None
    return Told(f"{data.get('title', '')} ({data.get('locale', '')})", page=page)
