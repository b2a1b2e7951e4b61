"""A definition under examination: what several rules look at, worked out once. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.definition import END, Definition
from aftercare.engagement.journeys.kinds import parse_config
from aftercare.engagement.journeys.objections import Objection, Weight
from aftercare.engagement.journeys.outline import targets
from aftercare.engagement.journeys.steps import Awaited, steps
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.web.fields import refusal_of


@dataclass(frozen=True, slots=True)
class Problem:
    """An objection and its place: a step's id, `trigger`, `entry`, `conditions[0]`, or `steps` for all of them."""

    place: str
    sentence: str
    weight: Weight = Weight.ERROR
    field: str = ""

    @property
    def blocks(self) -> bool:
        return self.weight == Weight.ERROR


class Case:
    """A definition under examination, with what several rules look at."""

    def __init__(self, definition: Definition, written: frozenset[str]) -> None:
        self.definition = definition
        self.written = written
        self.targets = targets(definition)
        self.first = definition.steps[0].id if definition.steps else END

    @cached_property
    def configs(self) -> dict[str, BaseModel]:
        """The settings of every step whose kind is known and takes them."""
        parsed = ((use.id, parse_config(steps, use.kind, use.config)) for use in self.definition.steps)
        return {step_id: config for step_id, config in parsed if config is not None}

    @cached_property
    def questions(self) -> dict[str, tuple[ConditionUse, ...]]:
        """What is asked at each step that asks."""
        kinds = {use.id: use.kind for use in self.definition.steps}
        asked = {step_id: steps[kinds[step_id]].questions(config) for step_id, config in self.configs.items()}
        return {step_id: found for step_id, found in asked.items() if found}

    @cached_property
    def awaited(self) -> dict[str, Awaited]:
        """Which events each step that waits for some waits for."""
        kinds = {use.id: use.kind for use in self.definition.steps}
        found = {step_id: steps[kinds[step_id]].awaits(config) for step_id, config in self.configs.items()}
        return {step_id: awaited for step_id, awaited in found.items() if awaited is not None}

    @cached_property
    def spans(self) -> dict[str, timedelta | None]:
        """How long each step holds people up; None where it waits for an event."""
        kinds = {use.id: use.kind for use in self.definition.steps}
        return {step_id: steps[kinds[step_id]].span(config) for step_id, config in self.configs.items()}

    def waits(self, step_id: str) -> bool:
        return self.spans.get(step_id, timedelta()) != timedelta()

    @cached_property
    def waited(self) -> dict[str, timedelta]:
        """The least time people have waited before each step that is reached, since the last event was heard of."""
        found, open_ends = {self.first: timedelta()}, [self.first]
        while open_ends:
            at = open_ends.pop()
            for way, target in self.targets.get(at, {}).items():
                span = self.spans.get(at, timedelta())
                so_far = found[at] + span if span is not None else found[at] if way != "next" else timedelta()
                if target not in found or so_far < found[target]:
                    found[target] = so_far
                    open_ends.append(target)
        return found

    def reached_from(self, step_id: str, *, past: Callable[[str], bool] = lambda _step: True) -> set[str]:
        """Where one may get to from a step, going on only from steps that `past` lets through."""
        found: set[str] = set()
        open_ends = [step_id] if past(step_id) else []
        while open_ends:
            for target in self.targets.get(open_ends.pop(), {}).values():
                if target not in found:
                    found.add(target)
                    open_ends += [target] if past(target) else []
        return found


Rule = Callable[[Case], Iterator[Problem]]


def objections_to_settings(kinds: Any, kind: str, config: Mapping[str, Any]) -> Iterator[Objection]:
    """What is wrong with the settings of a step, a condition or a date."""
    if kind not in kinds:
        yield Objection(_("“%(kind)s” is not installed.") % {"kind": kind}, field="kind")
        return
    try:
        kinds[kind].Config.model_validate(config)
    except ValidationError as error:
        for one in error.errors():
            refusal = refusal_of(one, place=one["loc"])
            yield Objection(refusal.sentence, field=refusal.field)
    except Refusal as refusal:
        yield Objection(refusal.sentence, field=refusal.field)


def objections_to_condition(use: ConditionUse) -> Iterator[Objection]:
    """What is wrong with a condition."""
    return objections_to_settings(conditions, use.kind, use.config)


def at(place: str, objection: Objection) -> Problem:
    """The objection at its place."""
    return Problem(place, objection.sentence, objection.weight, objection.field)
