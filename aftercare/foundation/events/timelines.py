"""The log as people read it: each event with a sentence of its own, who did it, and where to look closer.

Capabilities register how their events read (`tells`), what readers may narrow a timeline to (`topic`), and what those
who act are called (`names`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, Protocol

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from aftercare.foundation.events.base import Event, catalogue
from aftercare.foundation.events.models import EventRow, LogQuerySet
from aftercare.foundation.stores.models import Store

SHOWN = 25
EVERYTHING = "all"
_NONE = "\N{EN DASH}"
_NOTHING: tuple[object, ...] = ("", None, [])
MOST = 500


@dataclass(frozen=True)
class Told:
    """What an event's data say: half a sentence, a tone, and the page (url name and public id) that shows more."""

    text: str = ""
    tone: str = "neutral"
    page: tuple[str, str] | None = None


@dataclass(frozen=True)
class Topic:
    """Events that a reader may want to see alone: those whose type begins with one of `prefixes`.

    What is `quiet` is machinery, shown only to whoever asks for it or for everything.
    """

    key: str
    label: Any
    prefixes: tuple[str, ...]
    quiet: bool = False

    def condition(self) -> Q:
        return reduce(or_, (Q(type__startswith=prefix) for prefix in self.prefixes))


@dataclass(frozen=True)
class Entry:
    """One event, ready to be shown."""

    icon: str
    title: str
    at: datetime
    text: str
    tone: str
    actor: str
    url: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Timeline:
    """The latest entries, newest first; `more` where there are older ones."""

    entries: list[Entry]
    more: bool
    topic: str


class FindNames(Protocol):
    """What actors of one kind are called, by public id; those it does not know are left out."""

    def __call__(self, *, public_ids: Collection[str]) -> Mapping[str, str]: ...


Tell = Callable[[Mapping[str, Any]], Told]
_tellers: dict[str, Tell] = {}
_topics: dict[str, Topic] = {}
_namers: dict[str, FindNames] = {}


def tells(*events: type[Event]) -> Callable[[Tell], Tell]:
    """Decorator: the function says what events of these classes tell, from their data as stored."""

    def register(tell: Tell) -> Tell:
        for event in events:
            assert event.type not in _tellers, f"two tellers of {event.type}"
            _tellers[event.type] = tell
        return tell

    return register


def topic(key: str, label: Any, *prefixes: str, quiet: bool = False) -> None:
    """Let readers narrow a timeline to events whose types begin so."""
    _topics[key] = Topic(key, label, prefixes, quiet)


def names(kind: str, find: FindNames) -> None:
    """Let actors `kind:public_id` be called what `find` answers."""
    assert kind not in _namers, f"two answer what a {kind} is called"
    _namers[kind] = find


def topics() -> list[Topic]:
    """All of them, in order of registration."""
    return list(_topics.values())


def grouped(events: Iterable[type[Event]]) -> list[tuple[str, tuple[tuple[str, Any], ...]]]:
    """Types of events with their labels, under the headings that timelines have."""
    found: dict[str, list[tuple[str, Any]]] = {}
    for event in events:
        heading = next(
            (str(one.label) for one in topics() if event.type.startswith(one.prefixes)),
            event.type.partition(".")[0].capitalize(),
        )
        found.setdefault(heading, []).append((event.type, event.label))
    return [(heading, tuple(types)) for heading, types in found.items()]


def timeline(*, store: Store, about: Q, topic_key: str = "", limit: int = SHOWN) -> Timeline:
    """The latest events that `about` selects. One query, and one for each kind of actor that has names."""
    found: LogQuerySet = EventRow.objects.filter(about)
    chosen = _topics.get(topic_key)
    if chosen is not None:
        found = found.filter(chosen.condition())
    elif topic_key != EVERYTHING:
        for quiet in (one for one in _topics.values() if one.quiet):
            found = found.exclude(quiet.condition())
    limit = min(limit, MOST)
    rows = list(found.newest_first()[: limit + 1])
    return Timeline(
        read(rows[:limit], store=store),
        more=len(rows) > limit and limit < MOST,
        topic=topic_key if chosen or topic_key == EVERYTHING else "",
    )


def read(rows: Sequence[EventRow], *, store: Store) -> list[Entry]:
    """Events as people read them, in their order. One query for each kind of actor that has names."""
    called = names_of(row.actor for row in rows)
    return [_entry(row, store, called) for row in rows]


def names_of(actors: Iterable[str]) -> dict[str, str]:
    """What these actors are called, those that have names. One query for each kind among them."""
    wanted: dict[str, set[str]] = {}
    for actor in actors:
        kind, _colon, public_id = actor.partition(":")
        wanted.setdefault(kind, set()).add(public_id)
    return {
        f"{kind}:{public_id}": name
        for kind, public_ids in wanted.items() if kind in _namers
        for public_id, name in _namers[kind](public_ids=public_ids).items()
    }  # fmt: skip


def said_by(actor: str, called: Mapping[str, str]) -> str:
    """Who acted, as people say it: a member of staff, a program, a journey, or the system itself."""
    if actor in called:
        return called[actor]
    kind, _colon, who = actor.partition(":")
    match kind:
        case "staff":
            return _("Former staff")
        case "journey":
            return _("Journey “%(name)s”") % {"name": who.replace("-", " ").capitalize()}
        case "token":
            return _("API")
        case "system":
            return _("Aftercare")
    return actor


def actor_name(actor: str) -> str:
    """Who one actor is, as people say it. One query for an actor that has a name."""
    return said_by(actor, names_of([actor]))


def _entry(row: EventRow, store: Store, called: Mapping[str, str]) -> Entry:
    event = catalogue.get(row.type)
    told = _tellers[row.type](row.data) if row.type in _tellers else Told()
    return Entry(
        icon=event.icon if event else Event.icon,
        title=catalogue.label(row.type),
        at=row.occurred_at,
        text=told.text,
        tone=told.tone,
        actor=said_by(row.actor, called),
        url=reverse(told.page[0], args=[store.slug, told.page[1]]) if told.page and told.page[1] else "",
        facts=list(_facts(row.data)),
    )


def _facts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and values; what changed is told with what it was before."""
    for name, value in data.items():
        if isinstance(value, dict) and set(value) == {"before", "after"}:
            yield name.replace("_", " "), f"{_plain(value['before']) or _NONE} → {_plain(value['after']) or _NONE}"
        elif isinstance(value, dict):
            yield from _facts(value)
        elif value not in _NOTHING:
            yield name.replace("_", " "), _plain(value)


def _plain(value: object) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case list():
            return ", ".join(map(str, value))
    return str(value)
