"""What an event is: its type, its data, and the fact it becomes once it is known where it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Event:
    """The base of every typed fact: subclass as a frozen dataclass with a `type` and JSON-able fields.

    Schemas are additive: a field once published keeps its name and meaning.
    """

    type: ClassVar[str]
    label: "ClassVar[StrOrPromise]"
    icon: ClassVar[str] = "circle-dot"
    __slots__ = ()

    def data(self) -> dict[str, Any]:
        """The fields as they are stored."""
        return dict(vars(self))


EventClass = TypeVar("EventClass", bound=type[Event])


class Catalogue:
    """Every event type there is; any of them can start a journey or call a webhook."""

    def __init__(self) -> None:
        self._types: dict[str, type[Event]] = {}

    def add(self, event_class: EventClass) -> EventClass:
        """Class decorator that makes the type known."""
        known = self._types.setdefault(event_class.type, event_class)
        assert known is event_class, f"two events are called '{event_class.type}'"
        return event_class

    def get(self, type_name: str) -> type[Event] | None:
        return self._types.get(type_name)

    def __iter__(self) -> Iterator[type[Event]]:
        return iter(sorted(self._types.values(), key=lambda event_class: event_class.type))

    def label(self, type_name: str) -> str:
        """How people call it; the bare type where its capability is gone."""
        event_class = self._types.get(type_name)
        return str(event_class.label) if event_class else type_name


catalogue = Catalogue()
event = catalogue.add


@dataclass(frozen=True, slots=True)
class Fact:
    """An event to be recorded. Keys are row ids; `occurred_at` is when it happened, not when we heard of it."""

    event: Event
    store_id: int
    occurred_at: datetime
    customer_id: int | None = None
    order_id: int | None = None
    shipment_id: int | None = None
    actor: str = "system"


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fact as read from the log."""

    id: UUID
    store_id: int
    type: str
    occurred_at: datetime
    recorded_at: datetime
    customer_id: int | None
    order_id: int | None
    shipment_id: int | None
    actor: str
    data: dict[str, Any] = field(repr=False)
