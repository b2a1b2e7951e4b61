"""The house rules that no ready-made linter knows: each takes a module and answers its violations as "line: what"."""

import ast
from collections.abc import Iterator

from tests.conventions.source import Module

MOST_LINES = 400
MOST_FUNCTION_LINES = 50
WRITES = {"create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create", "save"}
WRITING_SQL = ("INSERT INTO ", "UPDATE ", "DELETE FROM ", "COPY ")
# The clock is read in one place; the worker's threads wait on the world's.
CLOCK_READERS = {"aftercare.foundation.kit.clock"}


def long_files(module: Module) -> Iterator[str]:
    if module.lines > MOST_LINES:
        yield f"1: {module.lines} lines, more than {MOST_LINES}"


def long_functions(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                yield f"{node.lineno}: {node.name} has {length} lines"


def hidden_imports(module: Module) -> Iterator[str]:
    """Own imports inside functions hide cycles."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                names = _imported(inner)
                if any(name.startswith("aftercare") for name in names):
                    yield f"{inner.lineno}: imports {', '.join(names)} inside {node.name}"  # type: ignore[attr-defined]


def system_clock(module: Module) -> Iterator[str]:
    """`now` is an argument."""
    if module.name in CLOCK_READERS:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            if (owner, node.func.attr) in {
                ("timezone", "now"),
                ("datetime", "now"),
                ("date", "today"),
                ("datetime", "utcnow"),
            }:
                yield f"{node.lineno}: reads the system clock; take `now`, or ask foundation.kit.clock at an edge"


def orm_writes_elsewhere(module: Module) -> Iterator[str]:
    """Only the owner's actions write its rows: no ORM write outside actions (and managers of users)."""
    if _may_write(module):
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            chain = ast.unparse(node.func.value)
            if ".objects" in chain or node.func.attr in {"save", "bulk_create", "update_or_create", "get_or_create"}:
                yield f"{node.lineno}: {chain}.{node.func.attr}() outside actions"


def tables_written(module: Module) -> Iterator[tuple[int, str]]:
    """The tables that SQL in this module writes, with the line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((node.lineno, table) for table in _written(node.value))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"copy_rows", "update_rows", "reserve_ids"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


def sql_writes_elsewhere(module: Module) -> Iterator[str]:
    """A capability's SQL writes its own tables only: their names begin with its label."""
    label = module.capability.rpartition(".")[2]
    for line, table in tables_written(module):
        if not table.startswith(f"{label}_"):
            yield f"{line}: writes {table}, which is not its own"


def _written(sql: str) -> Iterator[str]:
    words = sql.split()
    for first, second, third in zip(words, words[1:], words[2:], strict=False):
        match first, second:
            case ("INSERT", "INTO") | ("DELETE", "FROM"):
                yield third.strip('"(')
    for index, word in enumerate(words[:-2]):
        if (
            word == "UPDATE"
            and words[index + 1].replace("_", "").isalnum()
            and words[index + 1].islower()
            and "SET" in words[index : index + 5]
        ):
            yield words[index + 1]


def kind_keys_elsewhere(module: Module, keys: dict[str, set[str]]) -> Iterator[str]:
    """Comparing a kind's key outside its folder scatters what the kind should know."""
    for node in ast.walk(module.tree):
        if (
            not isinstance(node, ast.Compare)
            or not isinstance(node.left, ast.Attribute)
            or node.left.attr not in {"key", "kind", "channel", "carrier"}
        ):
            continue
        for operand in node.comparators:
            for constant in ast.walk(operand):
                value = getattr(constant, "value", None)
                for package, known in keys.items():
                    if isinstance(value, str) and value in known and not module.name.startswith(package):
                        yield f"{node.lineno}: asks for the kind '{value}' outside {package}"


def unfinished(module: Module) -> Iterator[str]:
    for number, line in enumerate(module.text.splitlines(), 1):
        if any(word in line for word in ("TODO", "FIXME", "XXX", "HACK")):
            yield f"{number}: {line.strip()}"


def _may_write(module: Module) -> bool:
    parts = module.name.split(".")
    return "actions" in parts or parts[1] == "config" or module.name == "aftercare.foundation.staff.models"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module]
    return []
