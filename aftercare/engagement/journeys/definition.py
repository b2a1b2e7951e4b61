"""What a journey is made of: a trigger, who may enter how often, conditions, and steps."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.steps import steps
from aftercare.engagement.journeys.triggers import date_kind, is_known
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.schema import Free, Text

StepId = Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")]
Subject = Literal["order", "shipment", "customer"]
END = "end"


class Part(BaseModel):
    """The base of all parts: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StepUse(Part):
    """A step with its settings. Where it goes on: `branches` by the name of the way out, else `next`, else the one below."""

    id: StepId
    kind: Text
    config: Free = {}
    next: StepId | None = None
    branches: dict[Text, StepId] = {}


class Entry(Part):
    """Who may enter how often: once per event, order, shipment or customer, and again after so many days."""

    once_per: Literal["event", "order", "shipment", "customer"] = "event"
    again_after_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    fresh_for_hours: Annotated[int, Field(ge=1, le=24 * 365)] = 72

    @property
    def fresh_for(self) -> timedelta:
        return timedelta(hours=self.fresh_for_hours)


class Leaving(Part):
    """At what anybody on the journey leaves it at once, wherever they stand: what it is for has been reached (`goal`), or
    it has become pointless (`exits`, and `when` something is so)."""

    goal: tuple[Text, ...] = ()
    goal_by: Subject = "customer"
    exits: tuple[Text, ...] = ()
    exits_by: Subject = "order"
    when: tuple[ConditionUse, ...] = ()

    @property
    def events(self) -> Mapping[str, str]:
        """The event types that end it, and whose they have to be."""
        return {**dict.fromkeys(self.exits, self.exits_by), **dict.fromkeys(self.goal, self.goal_by)}

    @property
    def is_set(self) -> bool:
        return bool(self.goal or self.exits or self.when)


class Definition(Part):
    """`settings` are those of a trigger that has some; `conditions` are looked at before every step that speaks to the
    customer. A draft may still be without steps."""

    trigger: Text
    settings: Free = {}
    entry: Entry = Field(default_factory=Entry)
    leaving: Leaving = Field(default_factory=Leaving)
    conditions: tuple[ConditionUse, ...] = ()
    steps: Annotated[tuple[StepUse, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _steps_lead_somewhere(self) -> Self:
        ids = [step.id for step in self.steps]
        if len(ids) != len(set(ids)):
            raise ValueError("two steps have the same id")
        known = {*ids, END}
        for step in self.steps:
            for target in [*step.branches.values(), *([step.next] if step.next else [])]:
                if target not in known:
                    raise ValueError(f"step '{step.id}' leads to '{target}', which is not there")
        return self

    def step(self, step_id: str) -> StepUse:
        """The step of this id."""
        return self.steps[self.positions[step_id]]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each step stands: looked up for every traveller."""
        return {step.id: index for index, step in enumerate(self.steps)}

    @cached_property
    def touched_by(self) -> frozenset[str]:
        """The event types after which the conditions for leaving are asked again."""
        kinds = [(conditions[use.kind], use) for use in self.leaving.when if use.kind in conditions]
        return frozenset[str]().union(*(kind.touched_by(kind.Config.model_validate(use.config)) for kind, use in kinds))

    @property
    def leaves_on(self) -> list[str]:
        """Every event type at which somebody may have to leave at once."""
        return sorted({*self.leaving.events, *self.touched_by})

    def after(self, step_id: str, branch: str) -> str:
        """Where the journey goes on from a step by this way out; END where it is over."""
        position = self.positions[step_id]
        step = self.steps[position]
        if branch in step.branches:
            return step.branches[branch]
        if step.next is not None:
            return step.next
        return self.steps[position + 1].id if position + 1 < len(self.steps) else END


def stored(definition: Definition) -> dict[str, Any]:
    """As versions and drafts keep it: only what differs from the usual."""
    return definition.model_dump(mode="json", exclude_defaults=True)


def parsed(definition: dict[str, Any]) -> Definition:
    """A definition as it came in or is kept; raises Invalid."""
    try:
        return Definition.model_validate(definition)
    except ValueError as error:
        raise Invalid(str(error), field="definition") from error


def check(definition: Definition) -> None:
    """Raise Invalid, naming the place, where a kind is unknown or its settings do not fit."""
    if not is_known(definition.trigger):
        raise Invalid(f"There is no event '{definition.trigger}'.", field="trigger")
    if date := date_kind(definition.trigger):
        _check_config(date.Config, definition.settings, "settings")
    if not definition.steps:
        raise Invalid("A journey has at least one step.", field="steps")
    for index, use in enumerate(definition.conditions):
        _check_config(conditions[use.kind].Config, use.config, f"conditions[{index}]")
    for index, use in enumerate(definition.leaving.when):
        _check_config(conditions[use.kind].Config, use.config, f"leaving.when[{index}]")
    for index, step in enumerate(definition.steps):
        kind = steps[step.kind]
        _check_config(kind.Config, step.config, f"steps[{index}]")
        ways = kind.ways(kind.Config.model_validate(step.config))
        for branch in step.branches:
            if branch not in ways:
                raise Invalid(f"'{step.kind}' has no way out called '{branch}'.", field=f"steps[{index}].branches")


def _check_config(config_class: type[BaseModel], config: dict[str, Any], place: str) -> None:
    try:
        config_class.model_validate(config)
    except (ValueError, Refusal) as error:
        raise Invalid(f"{error}", field=f"{place}.config") from error


@lru_cache(maxsize=1000)
def parse(version_id: int, source: str) -> Definition:
    """A version's definition. Versions never change, so a worker parses each once."""
    assert version_id
    return Definition.model_validate_json(source)
