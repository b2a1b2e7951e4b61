"""What events are about, for programs: capabilities above say which rows a public id stands for, and back."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q

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

    def events_of(self, public_id: str) -> Q:
        """Of a query of events, those about it; raises NotFound."""
        return Q(**{f"{self.key}__in": list(self.rows(public_id))})


@dataclass(frozen=True)
class Told:
    """One that events name in their data as `name`; `rows` answers what it belongs to, which they carry as `key`."""

    prefix: str
    name: str
    key: Key
    rows: Callable[[str], Collection[int]]

    def events_of(self, public_id: str) -> Q:
        """Of a query of events, those that name it; raises NotFound."""
        return Q(**{f"{self.key}__in": list(self.rows(public_id)), f"data__{self.name}": public_id})


_subjects: dict[str, Subject | Told] = {}


def register_subject(subject: Subject | Told) -> None:
    """Let events be told and asked for by such things."""
    assert subject.prefix not in _subjects, f"two subjects begin with '{subject.prefix}'"
    _subjects[subject.prefix] = subject


def subjects() -> Iterator[Subject | Told]:
    """All of them, in order of registration."""
    return iter(_subjects.values())


def subject_of(public_id: str) -> Followed | Told:
    """What kind of thing this id names; raises NotFound naming those there are."""
    found = _subjects.get(public_id.partition("_")[0])
    if not isinstance(found, Followed | Told):
        known = ", ".join(f"{one.prefix}_… ({one.name})" for one in subjects() if isinstance(one, Followed | Told))
        raise NotFound("Events are not about such a thing.", field="about", remedy=f"Give one of: {known}.")
    return found


def about(rows: Sequence[Any]) -> list[dict[str, str]]:
    """Public ids by what they name, for each event in its order. One query for every kind of subject."""
    found: list[dict[str, str]] = [{} for _ in rows]
    for subject in subjects():
        ids = _told(subject, rows) if isinstance(subject, Told) else _carried(subject, rows)
        for named, public_id in zip(found, ids, strict=True):
            if public_id:
                named[subject.name] = public_id
    return found


def _told(subject: Told, rows: Sequence[Any]) -> list[str]:
    return [str(row.data.get(subject.name, "")) for row in rows]


def _carried(subject: Subject, rows: Sequence[Any]) -> list[str]:
    keys = [getattr(row, subject.key) for row in rows]
    wanted = {key for key in keys if key}
    public_ids = subject.public_ids(ids=wanted) if wanted else {}
    return [public_ids.get(key, "") for key in keys]
