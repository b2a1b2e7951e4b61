"""How events of ownership read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.ownership import events
from aftercare.engagement.ownership.vocabulary import Sign
from aftercare.foundation.events.timelines import Told, tells, topic

topic("ownership", gettext_lazy("Ownership"), "usage.", "service.")


@tells(events.UsageRecorded)
def _used(data: Mapping[str, Any]) -> Told:
    count = _("%(n)d times") % {"n": data["uses"]} if data.get("uses", 1) > 1 else ""
    return Told(" · ".join(filter(None, (data.get("kind"), count, data.get("serial"), data.get("number")))))


@tells(events.UsageBegan)
def _began(data: Mapping[str, Any]) -> Told:
    sign = data.get("sign", "")
    return Told(f"{data.get('title', '')} · {Sign(sign).label if sign in Sign.values else sign}", "good")


@tells(events.NeverUsed)
def _unused(data: Mapping[str, Any]) -> Told:
    return Told(
        _("%(title)s: no sign of use in %(days)d days") % {"title": data.get("title", ""), "days": data.get("days", 0)},
        "attention",
    )


@tells(events.UsageRulesChanged)
def _rules(data: Mapping[str, Any]) -> Told:
    days = _("after %(n)d days") % {"n": data["days"]} if data.get("days") else _("never")
    return Told(f"{data.get('about') or _('all else')}: {days}")


@tells(events.ServiceScheduled, events.ServiceScheduleEnded)
def _schedule(data: Mapping[str, Any]) -> Told:
    return Told(data.get("title", ""))


@tells(events.ServiceDue)
def _due(data: Mapping[str, Any]) -> Told:
    return Told(f"{data.get('what', '')} · {data.get('title', '')}", "attention")


@tells(events.ServiceDone, events.ServiceSnoozed)
def _done(data: Mapping[str, Any]) -> Told:
    return Told(f"{data.get('what', '')} · {data.get('title', '')}")
