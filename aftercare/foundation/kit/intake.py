"""What became of a batch of incoming things, each by its place in the batch: one bad thing never stops the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TypeVar

from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.schema import Incoming


class Outcome(StrEnum):
    """What taking one thing in did."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Caveat:
    """Something doubtful about a thing that was taken in all the same; `code` groups them in a summary."""

    index: int
    code: str
    sentence: str
    field: str = ""


@dataclass(slots=True)
class Intake:
    """`ids` are row ids in the order of the batch, None where `refused` says why."""

    ids: list[int | None]
    outcomes: list[Outcome]
    refused: dict[int, Refusal] = field(default_factory=dict)
    warnings: list[Caveat] = field(default_factory=list)

    @classmethod
    def of(cls, count: int) -> "Intake":
        """Nothing decided yet about `count` things."""
        return cls(ids=[None] * count, outcomes=[Outcome.UNCHANGED] * count)

    def settle(self, index: int, outcome: Outcome, row_id: int) -> None:
        """The thing at this place is in the row."""
        self.ids[index] = row_id
        self.outcomes[index] = outcome

    def refuse(self, index: int, refusal: Refusal) -> None:
        """The thing at this place is not taken in."""
        self.outcomes[index] = Outcome.REFUSED
        self.refused[index] = refusal

    @property
    def created(self) -> int:
        return self.outcomes.count(Outcome.CREATED)

    @property
    def changed(self) -> int:
        return self.outcomes.count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        return self.outcomes.count(Outcome.UNCHANGED)


def digest_of(thing: Incoming, *, source: str) -> bytes:
    """16 bytes that are equal for equal input from the same source: how an unchanged thing is passed over."""
    # The serializer behind `model_dump_json`, which spends as long again on its options.
    content = thing.__pydantic_serializer__.to_json(thing, exclude_defaults=True)
    return blake2b(content, digest_size=16, person=source.encode()[:16]).digest()


Thing = TypeVar("Thing")


def waves(things: Sequence[Thing], key: Callable[[Thing], str]) -> Iterator[list[int]]:
    """Places in the batch, so cut up that no wave holds a key twice and versions of one thing stay in order."""
    waiting = list(range(len(things)))
    while waiting:
        seen: set[str] = set()
        wave: list[int] = []
        later: list[int] = []
        for index in waiting:
            name = key(things[index])
            (later if name in seen else wave).append(index)
            seen.add(name)
        yield wave
        waiting = later
