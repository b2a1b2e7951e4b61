"""How events of incidents read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.incidents import events
from aftercare.care.incidents.vocabulary import Blame, IncidentKind, IncidentOutcome
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.kit.money import Money

topic("incidents", gettext_lazy("Incidents"), "incident.", "mass_incident.", "shipment.health_changed")


@tells(events.IncidentOpened)
def _opened(data: Mapping[str, Any]) -> Told:
    words = f"{_kind(data)} · {Blame(data['blame']).label}"
    return _told(data, f"{words} · {_('the customer is told')}" if data.get("tells") else words, "attention")


@tells(events.IncidentEscalated)
def _escalated(data: Mapping[str, Any]) -> Told:
    return _told(data, f"{IncidentKind(data['before']).label} → {_kind(data)}", "problem")


@tells(events.IncidentRecovered)
def _recovered(data: Mapping[str, Any]) -> Told:
    return _told(data, _kind(data), "good")


@tells(events.IncidentClosed)
def _closed(data: Mapping[str, Any]) -> Told:
    return _told(data, f"{_kind(data)}: {IncidentOutcome(data['outcome']).label}", "neutral")


@tells(events.IncidentAssigned)
def _assigned(data: Mapping[str, Any]) -> Told:
    return _told(data, _kind(data) if data.get("assignee") else _("nobody looks into it any more"), "neutral")


@tells(events.CompensationApproved)
def _approved(data: Mapping[str, Any]) -> Told:
    return _told(data, Money(data["amount"], data["currency"]).format("en"), "good")


@tells(events.CompensationDeclined)
def _declined(data: Mapping[str, Any]) -> Told:
    return _told(data, _kind(data), "neutral")


@tells(events.MassIncidentOpened, events.MassIncidentTold)
def _mass(data: Mapping[str, Any]) -> Told:
    return _of_mass(data, "attention")


@tells(events.MassIncidentClosed)
def _mass_closed(data: Mapping[str, Any]) -> Told:
    return _of_mass(data, "neutral")


def _kind(data: Mapping[str, Any]) -> str:
    return str(IncidentKind(data["kind"]).label)


def _told(data: Mapping[str, Any], text: str, tone: str) -> Told:
    return Told(text, tone, ("incident", data["incident"]))


def _of_mass(data: Mapping[str, Any], tone: str) -> Told:
    text = " · ".join(filter(None, (data["carrier"], data.get("place", ""))))
    return Told(text, tone, ("mass_incident", data["mass"]))
