"""A CSV file that uses our own field names: its header is the mapping.

Groups are written with dots (`customer.email`). Lists are too, one item per row (`lines.sku`): the rows of one order
stand together, and what concerns the whole order stands on its first row or is repeated on each.
"""

from collections.abc import Sequence

from pydantic import BaseModel

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.mapping.columns import Reader, Rows
from aftercare.commerce.platforms.mapping.compiler import Plan
from aftercare.commerce.platforms.mapping.document import suggestion
from aftercare.commerce.platforms.mapping.plan import Group, Items, Leaf, Listing, Node, one_per_key, one_per_row
from aftercare.commerce.platforms.mapping.scope import RECORD
from aftercare.commerce.platforms.mapping.values import split
from aftercare.commerce.platforms.shape import FieldShape, Kind, shape_of

IGNORED = "_"
_KEY = "id"


def plan_of_header(*, schema: type[BaseModel], columns: Sequence[str], keys: Sequence[str]) -> Plan:
    """The plan of a header; records of several rows are held together by the first of `keys` that is a column.

    Raises UnreadableFile naming the column that is none of ours, or that is missing.
    """
    known = columns_of(schema)
    tree: dict[str, object] = {}
    for column in columns:
        if not column.startswith((IGNORED, "(")):
            _check(column, known)
            _plant(tree, column.split("."), column)
    root = _Header(Reader({RECORD: Rows(columns)})).group(tree, schema, "")
    has_list = any(isinstance(node, Listing) for node in root.fields.values())
    group = next((key for key in keys if key in columns), None) if has_list else None
    return Plan(root=root, group=group)


def columns_of(schema: type[BaseModel], prefix: str = "") -> list[str]:
    """Every column that may stand in a file; `traits.*` stands for any name."""
    columns = []
    for name, shape in shape_of(schema).items():
        if shape.model is not None:
            columns += columns_of(shape.model, f"{prefix}{name}.")
        else:
            columns.append(f"{prefix}{name}.*" if shape.kind is Kind.NAMED_VALUES else prefix + name)
    return columns


def _check(column: str, known: Sequence[str]) -> None:
    if column in known or f"{column.rpartition('.')[0]}.*" in known:
        return
    raise UnreadableFile(
        f"There is no field '{column}'.",
        field=column,
        remedy=f"{suggestion(column, known)} A column to be ignored begins with {IGNORED}; --map reads foreign files.",
    )


def _plant(tree: dict[str, object], path: list[str], column: str) -> None:
    for step in path[:-1]:
        branch = tree.setdefault(step, {})
        assert isinstance(branch, dict), "a column is a field or a group, never both"
        tree = branch
    tree[path[-1]] = column


class _Header:
    """Turns the tree of columns into nodes."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def group(self, tree: dict[str, object], model: type[BaseModel], prefix: str) -> Group:
        shapes = shape_of(model)
        for name, shape in shapes.items():
            if shape.required and name not in tree:
                needed = f"{prefix}{name}" if shape.model is None else f"{prefix}{name}.…"
                raise UnreadableFile(
                    f"The column '{needed}' is missing.", field=needed, remedy="Add it, filled in every row."
                )
        return Group({name: self._node(branch, shapes[name], prefix + name) for name, branch in tree.items()})

    def _node(self, branch: object, shape: FieldShape, path: str) -> Node:
        if not isinstance(branch, dict):
            return self._leaf(str(branch), shape)
        if shape.model is None:
            return Group({name: self._leaf(str(column), shape) for name, column in branch.items()})
        group = self.group(branch, shape.model, f"{path}.")
        if shape.kind is Kind.MODEL:
            return group
        spread = one_per_key(RECORD, f"{path}.{_KEY}") if _KEY in branch else one_per_row(RECORD)
        return Listing([Items(group, spread)], path)

    def _leaf(self, column: str, shape: FieldShape) -> Node:
        """The cell as text: the schema reads it, and says all that is wrong with a record at once."""
        text = self._reader.text(column, column)
        return Leaf(split(text, ",") if shape.kind is Kind.VALUES else lambda scope: text(scope) or None, column)
