"""A journey as people read it: sentences instead of settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aftercare.engagement.journeys.choices import SUBJECTS
from aftercare.engagement.journeys.conditions import ConditionUse, conditions, describe_condition
from aftercare.engagement.journeys.definition import END, Definition, Entry, Leaving, StepUse
from aftercare.engagement.journeys.kinds import parse_config
from aftercare.engagement.journeys.outcomes import EARLY, GOAL
from aftercare.engagement.journeys.outline import Branch, Item, outline_of, ways_out
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.triggers import trigger_text
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.errors import Refusal

OUTCOMES: Mapping[str, Any] = {
    "already_sent": gettext_lazy("Had been sent before"),
    "completed": gettext_lazy("Completed"),
    "condition": gettext_lazy("Left: the condition no longer held"),
    "defer": gettext_lazy("Message waits"),
    "drop": gettext_lazy("Message not sent"),
    EARLY: gettext_lazy("Left early"),
    "endless": gettext_lazy("Stopped: went in a circle"),
    "exit": gettext_lazy("Left"),
    GOAL: gettext_lazy("Goal reached"),
    "happened": gettext_lazy("It happened"),
    "met": gettext_lazy("Condition held"),
    "otherwise": gettext_lazy("Otherwise"),
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
    """One step, numbered as it stands on the page, with the ways that branch off under it."""

    id: str
    number: int
    icon: str
    label: str
    text: str
    ways: list["WaySentence"]
    goes_on: bool = True
    is_known: bool = True

    @property
    def under(self) -> int:
        """How many steps are indented under this one."""
        return sum(1 for _step in self.walk()) - 1

    def walk(self) -> Iterator["StepSentence"]:
        """This step and all that are indented under it."""
        yield self
        for way in self.ways:
            for step in way.steps:
                yield from step.walk()


@dataclass(frozen=True)
class WaySentence:
    """What happens on one way. `onward` says where its end leads, where that is not simply what stands below."""

    key: str
    label: str
    steps: list[StepSentence]
    onward: str = ""
    onward_step: str = ""


@dataclass(frozen=True)
class Reading:
    """A definition in sentences. `strays` are steps that no way leads to."""

    trigger: str
    entry: str
    conditions: list[str]
    leaving: list[str]
    main: WaySentence
    strays: list[WaySentence]

    @property
    def steps(self) -> list[StepSentence]:
        """Every step in the order of the page."""
        return [one for way in (self.main, *self.strays) for step in way.steps for one in step.walk()]


def outcome_label(outcome: str) -> str:
    """How people call what became of a step or an enrolment."""
    words = outcome.replace("_", " ")
    return str(OUTCOMES.get(outcome, words[:1].upper() + words[1:]))


def way_label(use: StepUse, way: str) -> str:
    """How people call a way out of a step."""
    config = parse_config(steps, use.kind, use.config)
    own = steps[use.kind].way_label(config, way) if config is not None else ""
    return own or outcome_label(way)


def read(definition: Definition) -> Reading:
    """The definition in the reader's language. What a kind that is no longer installed did is said so."""
    outline = outline_of(definition)
    numbers = {item.use.id: number for number, (_branch, item) in enumerate(outline.walk(), start=1)}
    return Reading(
        trigger=trigger_text(definition.trigger, definition.settings),
        entry=_entry(definition.entry),
        conditions=[condition_text(use) for use in definition.conditions],
        leaving=[
            *events_of_leaving(definition.leaving),
            *(leaving_text(use) for use in definition.leaving.when),
        ],
        main=_way(outline.main, numbers),
        strays=[_way(stray, numbers) for stray in outline.strays],
    )


def events_of_leaving(leaving: Leaving) -> Iterator[str]:
    """At which events anybody leaves, in words: the goal, then the others."""
    if leaving.goal:
        yield _("leaves with the goal reached at “%(events)s” of the same %(subject)s") % {
            "events": _(" or ").join(map(catalogue.label, leaving.goal)), "subject": SUBJECTS[leaving.goal_by],
        }  # fmt: skip
    if leaving.exits:
        yield _("leaves at once at “%(events)s” of the same %(subject)s") % {
            "events": _(" or ").join(map(catalogue.label, leaving.exits)), "subject": SUBJECTS[leaving.exits_by],
        }  # fmt: skip


def leaving_text(use: ConditionUse) -> str:
    """A condition at which anybody leaves, in words."""
    return _("leaves at once when %(condition)s") % {"condition": condition_text(use)}


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


def condition_text(use: ConditionUse) -> str:
    """A condition as half a sentence, also where its kind is gone or its settings do not fit."""
    if use.kind not in conditions:
        return _("“%(kind)s”, which is no longer installed") % {"kind": use.kind}
    try:
        return describe_condition(use)
    except (Refusal, ValueError):
        return _("%(label)s (its settings do not fit)") % {"label": conditions[use.kind].label}


def _way(branch: Branch, numbers: Mapping[str, int], label: str = "") -> WaySentence:
    ends_itself = bool(branch.items) and not ways_out(branch.items[-1].use)
    onward = branch.onward if branch.onward and not ends_itself else ""
    return WaySentence(
        key=branch.way, label=label, steps=[_step(item, numbers) for item in branch.items],
        onward=_target(onward, numbers) if onward else "", onward_step=onward if onward in numbers else "",
    )  # fmt: skip


def _step(item: Item, numbers: Mapping[str, int]) -> StepSentence:
    use = item.use
    icon, label = "circle-question-mark", use.kind
    if use.kind in steps:
        icon, label = steps[use.kind].icon, str(steps[use.kind].label)
    ways = [_way(branch, numbers, way_label(use, branch.way)) for branch in item.branches]
    return StepSentence(
        use.id, numbers[use.id], icon, label, step_text(use), ways,
        goes_on=bool(ways_out(use)), is_known=use.kind in steps,
    )  # fmt: skip


def step_text(use: StepUse) -> str:
    """A step as a sentence, also where its kind is gone or its settings do not fit."""
    if use.kind not in steps:
        return _("“%(kind)s”, which is no longer installed") % {"kind": use.kind}
    kind = steps[use.kind]
    try:
        return kind.describe(kind.Config.model_validate(use.config))
    except (Refusal, ValueError):
        return _("%(label)s (its settings do not fit)") % {"label": kind.label}


def _target(target: str, numbers: Mapping[str, int]) -> str:
    if target == END:
        return _("then the journey ends")
    return _("then go to step %(number)s") % {"number": numbers[target]}
