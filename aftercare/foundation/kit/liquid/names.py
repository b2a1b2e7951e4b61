"""Which Python variable holds a template's variable at a given place.

Loop variables are lexical and win. What the template assigns lives in a dict of its own. Everything else comes from the
context, which does not change while rendering: it is fetched once, at the top of the function.
"""

from dataclasses import dataclass

from liquid import BoundTemplate, RenderContext
from liquid.ast import Node
from liquid.builtin.tags.decrement_tag import DecrementNode
from liquid.builtin.tags.increment_tag import IncrementNode
from liquid.undefined import Undefined

from aftercare.foundation.kit.liquid.code import CodeWriter


@dataclass(slots=True)
class Loop:
    """A `for` around the place being written; `counted` once its body asks for an index."""

    identifier: str
    item: str
    index: str
    length: str
    counted: bool = False


class Names:
    """Resolves the roots of paths, and remembers paths looked up before."""

    def __init__(self, code: CodeWriter, template: BoundTemplate) -> None:
        self.code = code
        self.loops: list[Loop] = []
        self.fetches: dict[str, str] = {}
        self.undefined: dict[str, str] = {}
        self.assigned, self.counters = assigned_names(template)
        self._known: list[dict[str, str]] = [{}]

    def root(self, name: str) -> str:
        """The Python name holding `name`, after the statements it takes to get it."""
        for loop in reversed(self.loops):
            if loop.identifier == name:
                return loop.item
        fetched = self.fetches.setdefault(name, "") or self._fetch(name)
        if name not in self.assigned and name not in self.counters:
            return fetched
        variable = self.code.name("v")
        missing = fetched
        if name in self.counters:
            missing = f"(counters.get({name!r}, {fetched}) if {fetched} is {self.nothing(name)} else {fetched})"
        self.code.line(f"{variable} = local[{name!r}] if {name!r} in local else {missing}")
        return variable

    def nothing(self, name: str) -> str:
        """The constant for the undefined variable `name`."""
        if name not in self.undefined:
            self.undefined[name] = self.code.constant(Undefined(name))
        return self.undefined[name]

    def is_fixed(self, name: str) -> bool:
        """Whether a path from `name` means the same from here to the end of the block."""
        return name not in self.assigned and name not in self.counters

    def known(self, path: str) -> str | None:
        """The variable that holds `path` already, looked up earlier in this block or around it."""
        for block in reversed(self._known):
            if path in block:
                return block[path]
        return None

    def remember(self, path: str, variable: str) -> None:
        """`variable` holds `path` for the rest of this block."""
        self._known[-1][path] = variable

    def open_block(self) -> None:
        """What is looked up from now on may never be executed for those who come after the block."""
        self._known.append({})

    def close_block(self) -> None:
        """Forget what the block looked up."""
        self._known.pop()

    def _fetch(self, name: str) -> str:
        self.fetches[name] = self.code.name("g")
        return self.fetches[name]


def assigned_names(template: BoundTemplate) -> tuple[frozenset[str], frozenset[str]]:
    """The names a template assigns or captures, and those it increments or decrements."""
    assigned: set[str] = set()
    counters: set[str] = set()
    state = RenderContext(template)

    def visit(node: Node) -> None:
        names = counters if isinstance(node, IncrementNode | DecrementNode) else assigned
        names.update(str(name) for name in node.template_scope())
        for child in node.children(state, include_partials=False):
            visit(child)

    for node in template.nodes:
        visit(node)
    return frozenset(assigned), frozenset(counters)
