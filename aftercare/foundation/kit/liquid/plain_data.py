"""The gate between our objects and merchants' templates: plain data passes, nothing else does.

Liquid never reads attributes, but it does call `str()`, `len()` and `[]`, and an object that answers those with a query
or a secret would be an open door. So the types are checked once per rendering, exactly, before the template runs.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from aftercare.foundation.kit.liquid.problems import NotPlainData

Context = Mapping[str, Any]

_SCALARS = frozenset({str, int, float, bool, type(None), Decimal, date, datetime, time})


class PlainContext(dict[str, Any]):
    """A context that has passed the gate; for callers who render several templates with the same data."""

    __slots__ = ()


def plain(context: Context) -> PlainContext:
    """`context` itself, checked: dicts, lists and scalars all the way down; raises NotPlainData.

    A string may also be one marked safe for HTML (it has `__html__`): that is how a rendered fragment gets in.
    """
    if type(context) is PlainContext:
        return context
    if type(context) is not dict:
        raise NotPlainData(f"a template's context is a dict, not a {type(context).__name__}")
    pending: list[Any] = [context]
    while pending:
        container = pending.pop()
        values = container.values() if type(container) is dict else container
        for value in values:
            kind = type(value)
            if kind in _SCALARS:
                continue
            if kind is list or kind is dict:
                pending.append(value)
            elif not (isinstance(value, str) and hasattr(value, "__html__")):
                raise NotPlainData(f"{_path(context, value)} is a {kind.__name__}; templates see plain data only")
    return PlainContext(context)


def _path(context: Context, wanted: object) -> str:
    """Where `wanted` stands in `context`, as a template would write it."""
    pending: list[tuple[str, Any]] = list(context.items())
    for path, value in pending:  # grows while it is read: breadth first
        if value is wanted:
            return path
        if type(value) is dict:
            pending.extend((f"{path}.{key}", child) for key, child in value.items())
        elif type(value) is list:
            pending.extend((f"{path}[{place}]", child) for place, child in enumerate(value))
    return "a value"
