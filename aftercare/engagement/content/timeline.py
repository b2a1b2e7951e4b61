"""How events of guides read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.content import events
from aftercare.foundation.events.timelines import Told, tells, topic

topic("content", gettext_lazy("Content"), "guide.", "checklist.")


@tells(events.GuideWritten, events.GuideRemoved)
def _guide(data: Mapping[str, Any]) -> Told:
    page = ("guide", data["guide"]) if data.get("guide") else None
    return Told(f"{data.get('title', '')} ({data.get('locale', '')})", page=page)


@tells(events.GuideOpened)
def _opened(data: Mapping[str, Any]) -> Told:
    return Told(data.get("title", ""))


@tells(events.ChecklistStepDone, events.ChecklistStepUndone)
def _ticked(data: Mapping[str, Any]) -> Told:
    words = _("%(title)s: step %(step)s, %(done)s of %(steps)s done")
    return Told(words % {name: data.get(name, "") for name in ("title", "step", "done", "steps")})


@tells(events.ChecklistCompleted)
def _completed(data: Mapping[str, Any]) -> Told:
    return Told(data.get("title", ""), "good")
