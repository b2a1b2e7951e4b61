"""Steps: one file each. A step gets a batch of travellers and answers with a move for each, in their order.

It runs inside the transaction that writes the moves down, so what it writes commits with them; it must not touch the
network. It may be run again for a traveller that waited: it decides from the traveller and the facts, not from memory.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django.utils.translation import gettext_lazy
from pydantic import BaseModel

from aftercare.engagement.journeys.conditions import ConditionUse
from aftercare.engagement.journeys.objections import Objection, Surroundings
from aftercare.engagement.journeys.travel import Move, Traveller
from aftercare.foundation.kit.registry import Registry

Settings = TypeVar("Settings", bound=BaseModel)


class Sort(Enum):
    """Under which heading a kind is offered."""

    WAIT = gettext_lazy("Wait")
    ASK = gettext_lazy("Go different ways")
    DO = gettext_lazy("Do something")


class Awaited(NamedTuple):
    """Events, and whose they have to be."""

    events: tuple[str, ...]
    by: str


class Step(ABC, Generic[Settings]):
    """The base of every step kind.

    `hint` tells it from the others of its `sort` where one is chosen; `speaks`: the journey's conditions are looked at before
    it; `only_waits`: asked early it says until when, asked late it says when that was, whatever happened meanwhile.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    hint: ClassVar[Any] = ""
    icon: ClassVar[str]
    sort: ClassVar[Sort] = Sort.DO
    branches: ClassVar[tuple[str, ...]] = ("next",)
    speaks: ClassVar[bool] = False
    only_waits: ClassVar[bool] = False
    Config: type[Settings]

    @abstractmethod
    def describe(self, config: Settings) -> str:
        """The step as a sentence, in the reader's language."""

    @abstractmethod
    def run(self, batch: Sequence[Traveller], config: Settings, *, now: datetime) -> list[Move]:
        """A move for each traveller, in their order."""

    def try_out(self, batch: Sequence[Traveller], config: Settings, *, now: datetime) -> list[Move]:
        """As `run`, in a dry run, where only messages, calls and ways through journeys can be written, for they have
        stand-ins: a step that writes anything else says here what it would answer."""
        return self.run(batch, config, now=now)

    def ways(self, config: Settings) -> tuple[str, ...]:  # noqa: ARG002 -- for steps whose ways are settings
        """The names of the ways out, in the order in which they are told."""
        return self.branches

    def way_label(self, config: Settings, way: str) -> str:  # noqa: ARG002 -- for steps whose ways are settings
        """What a way is called on pages; empty for the usual words."""
        return ""

    def questions(self, config: Settings) -> tuple[ConditionUse, ...]:
        """The conditions that are asked here."""
        return (config,) if isinstance(config, ConditionUse) else ()

    def awaits(self, config: Settings) -> Awaited | None:  # noqa: ARG002 -- for steps that wait for events
        """The events it waits for, if it does."""
        return None

    def span(self, config: Settings) -> timedelta | None:  # noqa: ARG002 -- for steps that wait
        """About how long it holds people up; None where what follows is caused by an event it waited for."""
        return timedelta()

    def check(self, config: Settings, around: Surroundings) -> Iterable[Objection]:  # noqa: ARG002 -- for steps that mind
        """What is wrong with these settings in this place, or could be better. Pure."""
        return ()


steps: Registry[Step[Any]] = Registry(__name__)

Kind = TypeVar("Kind", bound=type[Step[Any]])


def register(step: Kind) -> Kind:
    """Class decorator that adds a step kind."""
    steps.register(step.key, step())
    return step
