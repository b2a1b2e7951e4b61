"""How events of incidents read on a timeline."""

from collections.abc import Mapping
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.incidents import events
from aftercare.care.incidents.vocabulary import Blame, IncidentKind, IncidentOutcome
from aftercare.foundation.events.timelines import Told, tells, topic
from aftercare.foundation.kit.money import Money

topic("incidents", gettext_lazy("Incidents"), "incident.", "mass_incident.", "shipment.health_changed")


@tells(events.IncidentOpened)
def _opened(data: Mapping[str, Any]) -> Told:
    words = [_kind(data), _word(Blame, data.get("blame")), _("the customer is told") if data.get("tells") else ""]
    return _told(data, " · ".join(filter(None, words)), "attention")


@tells(events.IncidentEscalated)
def _escalated(data: Mapping[str, Any]) -> Told:
    return _told(data, f"{_word(IncidentKind, data.get('before'))} → {_kind(data)}", "problem")


@tells(events.IncidentRecovered)
def _recovered(data: Mapping[str, Any]) -> Told:
    return _told(data, _kind(data), "good")


@tells(events.IncidentClosed)
def _closed(data: Mapping[str, Any]) -> Told:
    return _told(data, f"{_kind(data)}: {_word(IncidentOutcome, data.get('outcome'))}", "neutral")


@tells(events.IncidentAssigned)
def _assigned(data: Mapping[str, Any]) -> Told:
    return _told(data, _kind(data) if data.get("assignee") else _("nobody looks into it any more"), "neutral")


@tells(events.CompensationApproved)
def _approved(data: Mapping[str, Any]) -> Told:
    amount = Money(data["amount"], data["currency"]).format("en") if "amount" in data else ""
    return _told(data, amount, "good")


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
    return _word(IncidentKind, data.get("kind"))


def _word(words: type[TextChoices], key: str | None) -> str:
    """What it is called; nothing for what an event of before does not say."""
    return str(words(key).label) if key in words.values else ""


def _told(data: Mapping[str, Any], text: str, tone: str) -> Told:
    return Told(text, tone, ("incident", data.get("incident", "")))


def _of_mass(data: Mapping[str, Any], tone: str) -> Told:
    text = " · ".join(filter(None, (data.get("carrier", ""), data.get("place") or data.get("lane", ""))))
    return Told(text, tone, ("mass_incident", data.get("mass", "")))
