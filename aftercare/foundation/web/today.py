"""What stands on Today: capabilities register what needs a person, what is counted, and what was done without one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aftercare.foundation.staff.policy import Permission, Role, role_may
from aftercare.foundation.stores.models import Store

SHOWN_PER_KIND = 4


@dataclass(frozen=True)
class Concern:
    """Something that needs a person, with the one thing to do about it. The more it `hurts`, the higher it stands."""

    hurts: int
    icon: str
    tone: str
    title: str
    text: str
    at: datetime
    url: str
    action: str


@dataclass(frozen=True)
class Concerns:
    """The worst of one kind, how many there are in all (as far as counted), and where to see them."""

    shown: Sequence[Concern]
    total: int
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class Deed:
    """Something done without anyone asking: "1,204 messages sent"."""

    icon: str
    text: str
    url: str = ""


Find = Callable[[Store, datetime], Concerns]
Measure = Callable[[Store, datetime], dict[str, Any]]
Recount = Callable[[Store, datetime], Sequence[Deed]]


@dataclass(frozen=True)
class _Source:
    position: int
    permission: Permission
    ask: Callable[[Store, datetime], Any]


@dataclass
class _Registered:
    concerns: list[_Source] = field(default_factory=list)
    tiles: list[_Source] = field(default_factory=list)
    deeds: list[_Source] = field(default_factory=list)


_registered = _Registered()


def register_concerns(*, permission: Permission, find: Find) -> None:
    """Show what `find` answers to whoever has the permission."""
    _registered.concerns.append(_Source(0, permission, find))


def register_tile(*, position: int, permission: Permission, measure: Measure) -> None:
    """Show a figure; `measure` answers the context of the tile component."""
    _registered.tiles.append(_Source(position, permission, measure))


def register_deeds(*, position: int, permission: Permission, recount: Recount) -> None:
    """Tell what was done by itself in the last seven days."""
    _registered.deeds.append(_Source(position, permission, recount))


@dataclass(frozen=True)
class Today:
    """The page: concerns by how much they hurt, what there is more of each kind, tiles and deeds."""

    concerns: list[Concern]
    more: list[Concerns]
    tiles: list[dict[str, Any]]
    deeds: list[Deed]


def today_of(*, store: Store, role: Role, now: datetime) -> Today:
    """Everything that registered and this role may see; within the store's scope."""

    def asked(sources: Sequence[_Source]) -> list[Any]:
        ordered = sorted(sources, key=lambda source: source.position)
        return [source.ask(store, now) for source in ordered if role_may(role=role, permission=source.permission)]

    found: list[Concerns] = asked(_registered.concerns)
    concerns = [concern for kind in found for concern in kind.shown]
    return Today(
        concerns=sorted(concerns, key=lambda concern: (-concern.hurts, concern.at)),
        more=[kind for kind in found if kind.total > len(kind.shown)],
        tiles=asked(_registered.tiles),
        deeds=[deed for deeds in asked(_registered.deeds) for deed in deeds],
    )
