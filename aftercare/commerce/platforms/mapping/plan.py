"""A plan: how each field of a schema is made from the rows of a record, and where it came from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from aftercare.commerce.platforms.files.records import Row
from aftercare.commerce.platforms.mapping.scope import Scope, at_path, text_of

Location = Sequence[int | str]
Getter = Callable[[Scope], Any]
Condition = Callable[[Scope], bool]
Spread = Callable[[Scope], Iterator[Scope]]


class Place(NamedTuple):
    """Where a value stands in the file."""

    field: str
    line: int


class Node(Protocol):
    """One field of the schema, or a group of them."""

    def build(self, scope: Scope) -> Any:
        """The value; None where the file says nothing."""

    def locate(self, scope: Scope, location: Location) -> Place:
        """Where the value at `location` below this node came from."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value; `label` names the column as it stands in the file."""

    get: Getter
    label: str

    def build(self, scope: Scope) -> Any:
        return self.get(scope)

    def locate(self, scope: Scope, location: Location) -> Place:  # noqa: ARG002 -- a value has nothing below it
        return Place(self.label, scope.line)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of fields; without any value there is no group."""

    fields: Mapping[str, Node]

    def build(self, scope: Scope) -> dict[str, Any] | None:
        built = {}
        for name, node in self.fields.items():
            value = node.build(scope)
            if value is not None:
                built[name] = value
        return built or None

    def locate(self, scope: Scope, location: Location) -> Place:
        node = self.fields.get(str(location[0])) if location else None
        if node is not None:
            return node.locate(scope, location[1:])
        return Place(".".join(map(str, location)), scope.line)


@dataclass(frozen=True, slots=True)
class Items:
    """Some items of a list: `spread` gives one scope per item, `condition` says which of them count."""

    item: Group
    spread: Spread
    condition: Condition | None = None

    def each(self, scope: Scope) -> Iterator[tuple[Group, Scope, dict[str, Any]]]:
        for own in self.spread(scope):
            if self.condition is None or self.condition(own):
                built = self.item.build(own)
                if built is not None:
                    yield self.item, own, built


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of groups, put together from one or several kinds of items."""

    parts: Sequence[Items]
    label: str

    def build(self, scope: Scope) -> list[dict[str, Any]] | None:
        return [built for part in self.parts for _, _, built in part.each(scope)] or None

    def locate(self, scope: Scope, location: Location) -> Place:
        made = [(item, own) for part in self.parts for item, own, _ in part.each(scope)]
        if not location or not isinstance(location[0], int) or location[0] >= len(made):
            return Place(self.label, scope.line)
        item, own = made[location[0]]
        return item.locate(own, location[1:])


def as_it_is(scope: Scope) -> Iterator[Scope]:
    """One item, from the record as a whole."""
    yield scope


def one_per_row(name: str) -> Spread:
    """One item per row of that name."""

    def spread(scope: Scope) -> Iterator[Scope]:
        for row in scope.rows(name):
            yield scope.narrowed(name, [row])

    return spread


def one_per_key(name: str, column: str) -> Spread:
    """One item per distinct value of `column`, made from all rows with it. A row without one is an item of its own."""

    def spread(scope: Scope) -> Iterator[Scope]:
        by_key: dict[str | int, list[Row]] = {}
        for row in scope.rows(name):
            by_key.setdefault(text_of(row.cells, column) or row.line, []).append(row)
        for rows in by_key.values():
            yield scope.narrowed(name, rows)

    return spread


def one_per_element(name: str, *, of: str, path: str) -> Spread:
    """One item per object in the JSON list at `path` of the rows `of`; they become the rows called `name`."""

    def spread(scope: Scope) -> Iterator[Scope]:
        for row in scope.rows(of):
            elements = at_path(row.cells, path)
            for element in elements if isinstance(elements, list) else ():
                if isinstance(element, dict):
                    yield scope.narrowed(name, [Row(row.line, element)])

    return spread
