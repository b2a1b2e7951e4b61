"""Conditions: one file each. A condition says in SQL for whom it is so, when that may change, and how it reads."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)
Kind = TypeVar("Kind", bound="type[ConditionKind[Any]]")


class ConditionKind(ABC, Generic[Settings]):
    """The base of every condition kind.

    `icon` is one of Lucide's; `hint` says what it is for where kinds are chosen from.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    hint: ClassVar[Any] = ""
    icon: ClassVar[str] = "circle-dot"
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """The condition as half a sentence, what was chosen in “quotation marks”: "has “Order placed” at least twice"."""

    @abstractmethod
    def describe_opposite(self, config: Settings) -> str:
        """That it is not so."""

    @abstractmethod
    def holds(self, config: Settings, question: Question) -> str:
        """SQL that is true for the customers (`c`) of whom it is so and false, never NULL, for all others."""

    @abstractmethod
    def touched_by(self, config: Settings) -> frozenset[str]:
        """Types of the events that may change the answer for the customer they are about."""

    def stirred_by(self, config: Settings) -> frozenset[str]:  # noqa: ARG002 -- for those who need it
        """Types of the events after which the answer may be another for anybody."""
        return frozenset()

    def shifted(self, config: Settings, passing: Passing) -> Sequence[str]:  # noqa: ARG002 -- for those who need it
        """SELECTs of the ids of customers for whom the mere passing of time may have changed the answer."""
        return ()

    def refers_to(self, config: Settings) -> Sequence[str]:  # noqa: ARG002 -- for those who need it
        """Public ids of the segments the answer depends on."""
        return ()

    def check(self, config: Settings) -> None:
        """Raise Invalid, `field` naming the setting, where it names what is not in this store."""


conditions: Registry[ConditionKind[Any]] = Registry(__name__)


def register(condition: Kind) -> Kind:
    """Class decorator that adds a condition kind."""
    conditions.register(condition.key, condition())
    return condition
