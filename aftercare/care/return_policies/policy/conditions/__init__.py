"""Conditions of return rules: one file each. A condition tests the facts of a return and says in words what it asks."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel

from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)
Kind = TypeVar("Kind", bound="type[ConditionKind[Any]]")
Test = Callable[[ReturnFacts], bool]


class ConditionKind(ABC, Generic[Settings]):
    """The base of every condition kind.

    `label` and `hint` are for staff who choose among kinds; `icon` is one of Lucide's.
    """

    key: ClassVar[str]
    label: ClassVar[str]
    hint: ClassVar[str] = ""
    icon: ClassVar[str] = "circle-dot"
    # Asks for what shoppers say of a return, so nobody can tell before they have said it.
    is_about_request: ClassVar[bool] = False
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """What it asks, for staff and shoppers alike, such as "sent to Germany or Austria"."""

    @abstractmethod
    def test(self, config: Settings) -> Test:
        """A function of the facts, made once for a policy and called for every line."""

    def said(self, config: Settings, facts: ReturnFacts) -> str:  # noqa: ARG002 -- for those who need it
        """What the shopper told us that makes it so, as a sentence to them; empty where it was nothing they said."""
        return ""

    def countries(self, config: Settings) -> Sequence[str]:  # noqa: ARG002 -- for those who need it
        """Countries it speaks of, by their two letters."""
        return ()

    def segments(self, config: Settings) -> Sequence[str]:  # noqa: ARG002 -- for those who need it
        """Segments whose members it asks for, by their ids."""
        return ()

    def season(self, config: Settings) -> tuple[str, str] | None:  # noqa: ARG002 -- for those who need it
        """The first and last day of the year of the orders it is about, where it asks for nothing but that."""
        return None


conditions: Registry[ConditionKind[Any]] = Registry(__name__)


def register(condition: Kind) -> Kind:
    """Class decorator that adds a condition kind."""
    conditions.register(condition.key, condition())
    return condition
