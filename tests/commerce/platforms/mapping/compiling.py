"""Compiling a mapping in a test: the document in, what it makes of rows out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.commerce.platforms.files.records import Row
from aftercare.commerce.platforms.mapping.columns import Rows
from aftercare.commerce.platforms.mapping.compiler import Plan, compile_kind
from aftercare.commerce.platforms.mapping.document import MappingFile, load_mapping
from aftercare.commerce.platforms.mapping.scope import RECORD, Join, Scope
from aftercare.commerce.shipments.schemas import TrackingIn

SCHEMAS = {"orders": OrderIn, "customers": CustomerIn, "tracking": TrackingIn}


def document(text: str) -> MappingFile:
    """A mapping as if it stood in a file."""
    Path("map.toml").write_text(dedent(text), encoding="utf-8")
    return load_mapping(Path("map.toml"), known_kinds=list(SCHEMAS))


def plan(text: str, columns: Sequence[str] | None, joined: Mapping[str, Rows] | None = None) -> Plan:
    """The plan of the only section of a mapping."""
    mapping = document(text)
    (kind,) = mapping.kinds
    return compile_kind(kind=kind, schema=SCHEMAS[kind], document=mapping, columns=columns, joined=joined or {})


def scope(*rows: Mapping[str, Any], joins: Mapping[str, Join] | None = None) -> Scope:
    """The rows of one record, from line 2 on."""
    return Scope({RECORD: [Row(line, cells) for line, cells in enumerate(rows, 2)]}, joins or {})


def value(spec: str, cells: Mapping[str, Any], head: str = "", field: str = "name") -> Any:
    """What one specification makes of one row, for a field of customers."""
    made = plan(f"{head}\n[customers.fields]\n{field} = {spec}\n", list(cells)).root.build(scope(cells))
    for step in field.split("."):
        made = (made or {}).get(step)
    return made
