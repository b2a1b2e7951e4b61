"""What events are about, for programs: capabilities above say which rows a public id stands for, and back."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from aftercare.foundation.events.history import Key
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.web.batches import FindIds


@dataclass(frozen=True)
class Subject:
    """Things whose public ids begin with `prefix`. `rows` answers the row ids one stands for, and raises NotFound."""

    prefix: str
    name: str
    key: Key
    rows: Callable[[str], Collection[int]]
    public_ids: FindIds


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    """Let programs ask for the events of such things."""
    assert subject.prefix not in _subjects, f"two subjects begin with '{subject.prefix}'"
    _subjects[subject.prefix] = subject


def subjects() -> Iterator[Subject]:
    """All of them, in order of registration."""
    return iter(_subjects.values())


def subject_of(public_id: str) -> Subject:
    """What kind of thing this id names; raises NotFound naming those there are."""
    found = _subjects.get(public_id.partition("_")[0])
    if found is None:
        known = ", ".join(f"{subject.prefix}_… ({subject.name})" for subject in subjects())
        raise NotFound("Events are not about such a thing.", field="about", remedy=f"Give one of: {known}.")
    return found
