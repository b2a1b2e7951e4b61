"""What a journey is made of: a trigger, who may enter how often, conditions, and steps."""

from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aftercare.engagement.journeys.conditions import ConditionUse, conditions
from aftercare.engagement.journeys.steps import steps
from aftercare.foundation.events.base import catalogue
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.schema import Free, Text

StepId = Annotated[str, Field(pattern="^[a-z0-9_]{1,40}$")]
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


class Definition(Part):
    """`conditions` are looked at before every step that speaks to the customer. A draft may still be without steps."""

    trigger: Text
    entry: Entry = Field(default_factory=Entry)
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


def check(definition: Definition) -> None:
    """Raise Invalid, naming the place, where a kind is unknown or its settings do not fit."""
    if catalogue.get(definition.trigger) is None:
        raise Invalid(f"There is no event '{definition.trigger}'.", field="trigger")
    if not definition.steps:
        raise Invalid("A journey has at least one step.", field="steps")
    for index, use in enumerate(definition.conditions):
        _check_config(conditions[use.kind].Config, use.config, f"conditions[{index}]")
    for index, step in enumerate(definition.steps):
        kind = steps[step.kind]
        _check_config(kind.Config, step.config, f"steps[{index}]")
        for branch in step.branches:
            if branch not in kind.branches:
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
