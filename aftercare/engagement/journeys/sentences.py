"""A journey as people read it: sentences instead of settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.engagement.journeys.conditions import describe_condition
from aftercare.engagement.journeys.definition import END, Definition, Entry, StepUse
from aftercare.engagement.journeys.steps import steps
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.errors import NotFound

OUTCOMES: Mapping[str, Any] = {
    "already_sent": gettext_lazy("Had been sent before"),
    "completed": gettext_lazy("Completed"),
    "condition": gettext_lazy("Left: the condition no longer held"),
    "defer": gettext_lazy("Message waits"),
    "drop": gettext_lazy("Message not sent"),
    "endless": gettext_lazy("Stopped: went in a circle"),
    "exit": gettext_lazy("Left"),
    "happened": gettext_lazy("It happened"),
    "met": gettext_lazy("Condition held"),
    "never_arrived": gettext_lazy("Never arrived"),
    "no": gettext_lazy("No"),
    "queued": gettext_lazy("Queued"),
    "send": gettext_lazy("Message sent"),
    "timed_out": gettext_lazy("Waited long enough"),
    "timeout": gettext_lazy("If it takes too long"),
    "trouble": gettext_lazy("Trouble; tried again"),
    "waited": gettext_lazy("Waited"),
    "waits": gettext_lazy("Waits"),
    "yes": gettext_lazy("Yes"),
}


@dataclass(frozen=True)
class StepSentence:
    """One step. `ways` tell where its named ways out lead, where that is not simply the step below."""

    id: str
    icon: str
    label: str
    text: str
    ways: list[str]


@dataclass(frozen=True)
class Reading:
    """A definition in sentences."""

    trigger: str
    entry: str
    conditions: list[str]
    steps: list[StepSentence]


def outcome_label(outcome: str) -> str:
    """How people call what became of a step or an enrolment."""
    return str(OUTCOMES.get(outcome, outcome.replace("_", " ").capitalize()))


def read(definition: Definition) -> Reading:
    """The definition in the reader's language. What a kind that is no longer installed did is said so."""
    return Reading(
        trigger=catalogue.label(definition.trigger),
        entry=_entry(definition.entry),
        conditions=[_condition(use) for use in definition.conditions],
        steps=[_step(use, definition) for use in definition.steps],
    )


def _entry(entry: Entry) -> str:
    once = {
        "event": _("every time it happens"),
        "order": _("once for every order"),
        "shipment": _("once for every parcel"),
        "customer": _("once for every customer"),
    }[entry.once_per]
    if not entry.again_after_days:
        return once
    days = entry.again_after_days
    again = ngettext("again after %(days)d day", "again after %(days)d days", days) % {"days": days}
    return f"{once}, {again}"


def _condition(use: Any) -> str:
    try:
        return describe_condition(use)
    except (NotFound, ValueError):
        return _("“%(kind)s”, which is no longer installed") % {"kind": use.kind}


def _step(use: StepUse, definition: Definition) -> StepSentence:
    if use.kind not in steps:
        gone = _("“%(kind)s”, which is no longer installed") % {"kind": use.kind}
        return StepSentence(use.id, "circle-question-mark", use.kind, gone, [])
    kind = steps[use.kind]
    text = kind.describe(kind.Config.model_validate(use.config))
    return StepSentence(use.id, kind.icon, str(kind.label), text, _ways(use, definition))


def _ways(use: StepUse, definition: Definition) -> list[str]:
    names = {step.id: str(number) for number, step in enumerate(definition.steps, start=1)}
    ways = [
        _("%(way)s: go to %(step)s") % {"way": outcome_label(way), "step": _target(target, names)}
        for way, target in use.branches.items()
    ]
    if use.next is not None:
        ways.append(_("then go to %(step)s") % {"step": _target(use.next, names)})
    return ways


def _target(target: str, names: Mapping[str, str]) -> str:
    return _("the end") if target == END else _("step %(number)s") % {"number": names[target]}
