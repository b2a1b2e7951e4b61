"""What can be imported: one file per kind. A kind knows its schema and the one action that takes it in."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from aftercare.foundation.kit.intake import Intake
from aftercare.foundation.kit.registry import Registry
from aftercare.foundation.kit.schema import Incoming

Thing = TypeVar("Thing", bound=Incoming)


class Importable(ABC, Generic[Thing]):
    """The base of every kind.

    `keys` are the columns by which CSV rows belong together, the best first. `examples` are records that show every
    field between them, the most telling first; the reference of the format takes its examples from there.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    schema: ClassVar[type[Incoming]]
    keys: ClassVar[tuple[str, ...]]
    examples: ClassVar[tuple[dict[str, Any], ...]]

    @abstractmethod
    def record(self, *, store_id: int, source: str, things: Sequence[Thing], now: datetime) -> Intake:
        """Take things in within the caller's transaction, in one set of statements however many there are."""


kinds: Registry[Importable[Any]] = Registry(__name__)


def register(kind: type[Importable[Any]]) -> type[Importable[Any]]:
    """Class decorator that adds a kind."""
    kinds.register(kind.key, kind())
    return kind
