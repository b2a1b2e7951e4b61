"""Journeys in words: states as badges, outcomes as people call them."""

from django import template
from django.utils.safestring import SafeString

from aftercare.engagement.journeys.models import Enrolment, Journey
from aftercare.engagement.journeys.sentences import outcome_label
from aftercare.engagement.journeys.tones import ENROLMENT_TONES, JOURNEY_TONES
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.web.templatetags.emphasis import emphasised
from aftercare.foundation.web.templatetags.icons import badge

register = template.Library()
register.filter(emphasised)


@register.simple_tag
def journey_state(journey: Journey) -> SafeString:
    """`{% journey_state journey %}`: its state as a badge."""
    return badge(JOURNEY_TONES[journey.state], str(Journey.State(journey.state).label))


@register.simple_tag
def enrolment_state(enrolment: Enrolment) -> SafeString:
    """`{% enrolment_state enrolment %}`: under way, paused, or how it ended."""
    label = outcome_label(enrolment.outcome) if enrolment.outcome else str(Enrolment.State(enrolment.state).label)
    return badge(ENROLMENT_TONES[enrolment.state], label)


@register.filter
def outcome(code: str) -> str:
    """`{{ entry.outcome|outcome }}`: an outcome in words."""
    return outcome_label(code)


@register.filter
def event_labels(types: str) -> str:
    """`{{ enrolment.waits_for|event_labels }}`: event types, separated by spaces, in words."""
    return ", ".join(catalogue.label(name) for name in types.split())
