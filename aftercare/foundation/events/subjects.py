"""What events are about, for programs: capabilities above say which rows a public id stands for, and back."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aftercare.foundation.events.history import Key
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.kit.ids import FindIds


@dataclass(frozen=True)
class Subject:
    """Things whose public ids begin with `prefix`, and which events carry as `key`."""

    prefix: str
    name: str
    key: Literal[Key, "shipment_id"]
    public_ids: FindIds


@dataclass(frozen=True)
class Followed(Subject):
    """One whose history can be asked for. `rows` answers the row ids a public id stands for, and raises NotFound."""

    key: Key
    rows: Callable[[str], Collection[int]]


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Let events be told and asked for by such things."""
    assert subject.prefix not in _subjects, f"two subjects begin with '{subject.prefix}'"
    _subjects[subject.prefix] = subject


def subjects() -> Iterator[Subject]:
    """All of them, in order of registration."""
    return iter(_subjects.values())


def subject_of(public_id: str) -> Followed:
    """What kind of thing this id names; raises NotFound naming those there are."""
    found = _subjects.get(public_id.partition("_")[0])
    if not isinstance(found, Followed):
        known = ", ".join(f"{one.prefix}_… ({one.name})" for one in subjects() if isinstance(one, Followed))
        raise NotFound("Events are not about such a thing.", field="about", remedy=f"Give one of: {known}.")
    return found


def about(rows: Sequence[Any]) -> list[dict[str, str]]:
    """Public ids by what they name, for each event in its order. One query for every kind of subject."""
    found: list[dict[str, str]] = [{} for _ in rows]
    for subject in subjects():
        keys = [getattr(row, subject.key) for row in rows]
        wanted = {key for key in keys if key}
        public_ids = subject.public_ids(ids=wanted) if wanted else {}
        for named, key in zip(found, keys, strict=True):
            if key in public_ids:
                named[subject.name] = public_ids[key]
    return found
