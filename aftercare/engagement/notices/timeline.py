"""How events of notices read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.notices import events
from aftercare.engagement.notices.queries import titles_of_notices
from aftercare.engagement.notices.vocabulary import TONES, ReadBy, Severity
from aftercare.foundation.events.timelines import Told, names, tells, topic

topic("notices", gettext_lazy("Product notices"), "notice.")
names("notice", titles_of_notices)


@tells(events.NoticePublished, events.NoticeEnded, events.NoticeSent)
def _told(data: Mapping[str, Any]) -> Told:
    more = _("for %(n)d orders") % {"n": data["audience"]} if "audience" in data else ""
    return Told(
        " · ".join(filter(None, (_words(data), more))), TONES.get(data.get("severity", ""), "neutral"), _page(data)
    )


@tells(events.NoticeRead, events.NoticeAcknowledged)
def _read(data: Mapping[str, Any]) -> Told:
    how = data.get("by", "")
    return Told(f"{_words(data)} · {ReadBy(how).label if how in ReadBy.values else how}", "good", _page(data))


def _words(data: Mapping[str, Any]) -> str:
    severity = data.get("severity", "")
    return f"{Severity(severity).label if severity in Severity.values else severity}: {data.get('title', '')}"


def _page(data: Mapping[str, Any]) -> tuple[str, str] | None:
    return ("notice", data["notice"]) if data.get("notice") else None
