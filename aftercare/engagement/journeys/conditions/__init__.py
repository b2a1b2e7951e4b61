"""Conditions: one file each. A condition gets a batch and answers yes or no for each, from the facts as they are now."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel

from aftercare.engagement.journeys.travel import Traveller
from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)


class ConditionKind(ABC, Generic[Settings]):
    """The base of every condition kind."""

    key: ClassVar[str]
    label: ClassVar[Any]
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """The condition as half a sentence: "the order is cancelled"."""

    @abstractmethod
    def describe_opposite(self, config: Settings) -> str:
        """That it is not so: "the order is not cancelled"."""

    @abstractmethod
    def test(self, batch: Sequence[Traveller], config: Settings, *, now: datetime) -> list[bool]:
        """Whether it is so for each traveller, in their order."""


class Use(Protocol):
    """A condition with its settings, or its opposite."""

    @property
    def kind(self) -> str: ...
    @property
    def config(self) -> dict[str, Any]: ...
    @property
    def opposite(self) -> bool: ...


conditions: Registry[ConditionKind[Any]] = Registry(__name__)

Kind = TypeVar("Kind", bound=type[ConditionKind[Any]])


def register(condition: Kind) -> Kind:
    """Class decorator that adds a condition kind."""
    conditions.register(condition.key, condition())
    return condition


def holds_for(batch: Sequence[Traveller], use: Use, *, now: datetime) -> list[bool]:
    """Test a condition, or its opposite, on a batch."""
    kind = conditions[use.kind]
    return [met != use.opposite for met in kind.test(batch, kind.Config.model_validate(use.config), now=now)]


def describe_condition(use: Use) -> str:
    """A condition, or its opposite, as half a sentence."""
    kind = conditions[use.kind]
    config = kind.Config.model_validate(use.config)
    return kind.describe_opposite(config) if use.opposite else kind.describe(config)
