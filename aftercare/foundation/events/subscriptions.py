"""Who reacts to what. Subscribers register here and are run by `runner`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aftercare.foundation.events.base import Event, Recorded


class Handler(Protocol):
    """Reacts to a batch of events of any stores, inside the transaction that moves the cursor."""

    def __call__(self, batch: Sequence[Recorded], *, now: datetime) -> None: ...


@dataclass(frozen=True)
class Subscriber:
    """A handler with the name its cursor is kept under. `types` empty means every type."""

    name: str
    handle: Handler
    types: frozenset[str] = frozenset()
    batch: int = 2000


_subscribers: dict[str, Subscriber] = {}


def subscribe(name: str, *events: type[Event], batch: int = 2000) -> Callable[[Handler], Handler]:
    """Decorator: run the function for these event classes (none: for all), from the moment it is first installed.

    `name` is kept with the cursor: renaming a subscriber makes it a new one.
    """

    def register(handle: Handler) -> Handler:
        assert name not in _subscribers, f"two subscribers are called '{name}'"
        _subscribers[name] = Subscriber(name, handle, frozenset(event.type for event in events), batch)
        return handle

    return register


def subscribers() -> list[Subscriber]:
    """All of them, by name."""
    return [_subscribers[name] for name in sorted(_subscribers)]


def subscriber(name: str) -> Subscriber | None:
    """The subscriber of this name, if it is still installed."""
    return _subscribers.get(name)
