"""Search over everything: each capability registers how its things are found by what people type."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aftercare.foundation.staff.policy import Permission, Role, role_may
from aftercare.foundation.stores.models import Store

SHORTEST = 2
PER_KIND = 6


@dataclass(frozen=True)
class Hit:
    """One thing found: where it is, what it is called, and what tells it from others."""

    url: str
    title: str
    text: str = ""
    tone: str = ""
    state: str = ""


Find = Callable[[Store, str, int], Sequence[Hit]]


@dataclass(frozen=True)
class Searchable:
    """A kind of thing that can be found. `find(store, words, limit)` runs within the store's scope."""

    position: int
    label: Any
    icon: str
    permission: Permission
    find: Find


@dataclass(frozen=True)
class Found:
    """What was found of one kind."""

    label: Any
    icon: str
    hits: Sequence[Hit]


_kinds: list[Searchable] = []


def register_search(kind: Searchable) -> None:
    """Make things of a kind findable."""
    _kinds.append(kind)


def search_everything(*, store: Store, role: Role, words: str, limit: int = PER_KIND) -> list[Found]:
    """What these words find, by kind; nothing for less than two characters."""
    words = words.replace("\x00", "").strip()
    if len(words) < SHORTEST:
        return []
    allowed = (kind for kind in _kinds if role_may(role=role, permission=kind.permission))
    found = [
        Found(kind.label, kind.icon, kind.find(store, words, limit))
        for kind in sorted(allowed, key=lambda kind: kind.position)
    ]
    return [kind for kind in found if kind.hits]
