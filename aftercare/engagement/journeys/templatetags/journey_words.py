"""Journeys in words: states as badges, outcomes as people call them."""

from django import template
from django.utils.safestring import SafeString

from aftercare.engagement.journeys.dry_run.models import DryRunMessage, Fate
from aftercare.engagement.journeys.models import DryRun, Enrolment, Journey
from aftercare.engagement.journeys.sentences import outcome_label
from aftercare.engagement.journeys.tones import DRY_RUN_TONES, ENROLMENT_TONES, FATE_TONES, JOURNEY_TONES
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


@register.simple_tag
def dry_run_state(run: DryRun) -> SafeString:
    """`{% dry_run_state run %}`: how far it is, as a badge."""
    return badge(DRY_RUN_TONES[run.state], str(DryRun.State(run.state).label))


@register.simple_tag
def fate(message: DryRunMessage) -> SafeString:
    """`{% fate message %}`: what would have become of it, as a badge."""
    return badge(FATE_TONES[message.fate], str(Fate(message.fate).label))


@register.filter
def outcome(code: str) -> str:
    """`{{ entry.outcome|outcome }}`: an outcome in words."""
    return outcome_label(code)


@register.filter
def event_labels(types: str) -> str:
    """`{{ enrolment.waits_for|event_labels }}`: event types, separated by spaces, in words."""
    return ", ".join(catalogue.label(name) for name in types.split())
