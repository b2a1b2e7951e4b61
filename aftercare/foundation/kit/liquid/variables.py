"""Which variables a template names that nobody will give it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeAlias

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import Path
from liquid.builtin.tags.for_tag import ForNode
from liquid.expression import Expression

from aftercare.foundation.kit.liquid.parsing import column_of, line_of, parse

# What is known of a value: the shapes of its keys, of the items of a list (one in it), or nothing (None).
Shape: TypeAlias = "Mapping[str, Shape] | list[Shape] | None"

_FORLOOP: Shape = dict.fromkeys(
    ("index", "index0", "rindex", "rindex0", "first", "last", "length", "name", "parentloop")
)
_OF_EVERYTHING = ("size", "first", "last")


@dataclass(frozen=True, slots=True)
class UnknownVariable:
    """A path that leads nowhere, and the name that was probably meant."""

    path: str
    line: int
    suggestion: str
    column: int = field(default=1, compare=False)


def unknown_variables(source: str, *, known: Mapping[str, Shape]) -> list[UnknownVariable]:
    """The variables in `source` that are neither `known` nor made by the template, in their order.

    Raises TemplateSyntaxProblem where the source is no template.
    """
    template = parse(source, autoescape=False)
    walk = _Walk(source, RenderContext(template))
    for node in template.nodes:
        walk.collect(node)
    scope: dict[str, Shape] = {**known, **walk.made}
    return list(dict.fromkeys(found for node in template.nodes for found in walk.visit(node, scope)))


def names_used(source: str) -> frozenset[str]:
    """The variables that `source` reads, as paths of names such as `brand.postal_address`."""
    found = parse(source, autoescape=False).analyze().variables
    return frozenset(
        ".".join(str(segment) for segment in variable.segments) for places in found.values() for variable in places
    )


class _Walk:
    def __init__(self, source: str, state: RenderContext) -> None:
        self.source = source
        self.state = state
        self.made: dict[str, Shape] = {}

    def collect(self, node: Node) -> None:
        """Note the names the template assigns; nothing is known of their shapes."""
        self.made.update(dict.fromkeys(map(str, node.template_scope())))
        for child in node.children(self.state, include_partials=False):
            self.collect(child)

    def visit(self, node: Node, scope: Mapping[str, Shape]) -> Iterator[UnknownVariable]:
        for expression in node.expressions():
            yield from self._check(expression, scope)
        if isinstance(node, ForNode):
            items = self._shape(node.expression.iterable, scope)
            scope = {**scope, str(node.expression.identifier): items, "forloop": _FORLOOP}
        for child in node.children(self.state, include_partials=False):
            yield from self.visit(child, scope)

    def _check(self, expression: Expression, scope: Mapping[str, Shape]) -> Iterator[UnknownVariable]:
        if isinstance(expression, Path):
            missing, choices = _missing(expression, scope)
            if missing:
                close = get_close_matches(missing.rpartition(".")[2], choices, n=1)
                place = expression.token.start_index
                yield UnknownVariable(
                    path=missing, line=line_of(self.source, place), suggestion=close[0] if close else "",
                    column=column_of(self.source, place),
                )  # fmt: skip
        for child in expression.children():
            yield from self._check(child, scope)

    @staticmethod
    def _shape(iterable: Expression, scope: Mapping[str, Shape]) -> Shape:
        """What one item of a loop looks like."""
        shape: Any = scope
        for segment in iterable.path if isinstance(iterable, Path) else ():
            shape = shape.get(segment) if isinstance(shape, Mapping) and isinstance(segment, str) else None
        return shape[0] if isinstance(shape, list) and shape else None


def _missing(path: Path, scope: Mapping[str, Shape]) -> tuple[str, list[str]]:
    """The start of `path` up to the first name that does not exist, and the names that do; nothing if all exist."""
    shape: Shape = scope
    written = ""
    for segment in path.path:
        if shape is None or isinstance(segment, Path):
            break
        if isinstance(shape, list):
            if isinstance(segment, str) and segment not in _OF_EVERYTHING:
                return f"{written}.{segment}", list(_OF_EVERYTHING)
            shape = None if segment == "size" else shape[0]
        elif segment in shape:
            shape = shape[str(segment)]
        elif written and segment in _OF_EVERYTHING:
            break
        else:
            return f"{written}.{segment}".lstrip("."), list(shape)
        written = f"{written}.{segment}".lstrip(".")
    return "", []
