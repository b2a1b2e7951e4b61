"""Conditions: one file each. A condition gets a batch and answers yes or no for each, from the facts as they are now."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.kit.registry import Registry
from aftercare.foundation.kit.schema import Free, Text

Settings = TypeVar("Settings", bound=BaseModel)


class ConditionKind(ABC, Generic[Settings]):
    """The base of every condition kind. `settled`: the answer is the same however long somebody has waited.

    `recalls`: a dry run hears how it was then (see `past` of the room whose rows it reads); `past` says where it cannot.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    settled: ClassVar[bool] = False
    recalls: ClassVar[bool] = False
    past: ClassVar[Any] = ""
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """The condition as half a sentence: "the order is cancelled"."""

    @abstractmethod
    def describe_opposite(self, config: Settings) -> str:
        """That it is not so: "the order is not cancelled"."""

    def touched_by(self, config: Settings) -> frozenset[str]:  # noqa: ARG002 -- for kinds that events change
        """The event types after which the answer may be another."""
        return frozenset()

    @abstractmethod
    def test(self, batch: Sequence[Traveller], config: Settings, *, now: datetime) -> list[bool]:
        """Whether it is so for each traveller, in their order."""


class ConditionUse(BaseModel):
    """A condition with its settings, or its opposite. A step whose settings are one asks for it in its form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Text
    config: Free = {}
    opposite: bool = False


conditions: Registry[ConditionKind[Any]] = Registry(__name__)

Kind = TypeVar("Kind", bound=type[ConditionKind[Any]])


def register(condition: Kind) -> Kind:
    """Class decorator that adds a condition kind."""
    conditions.register(condition.key, condition())
    return condition


def holds_for(batch: Sequence[Traveller], use: ConditionUse, *, now: datetime) -> list[bool]:
    """Test a condition, or its opposite, on a batch."""
    kind = conditions[use.kind]
    return [met != use.opposite for met in kind.test(batch, kind.Config.model_validate(use.config), now=now)]


def describe_condition(use: ConditionUse) -> str:
    """A condition, or its opposite, as half a sentence."""
    kind = conditions[use.kind]
    config = kind.Config.model_validate(use.config)
    return kind.describe_opposite(config) if use.opposite else kind.describe(config)
