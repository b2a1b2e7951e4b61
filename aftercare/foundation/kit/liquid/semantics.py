"""What generated code calls where Liquid means something else than Python: look-up, equality, order, text, loops.

Each function mirrors one of python-liquid's over plain data; the differential tests hold them together.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.limits import to_int
from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined
from markupsafe import Markup

from aftercare.foundation.kit.liquid.limits import Meter

_NUMBERS = (int, float, Decimal)


def escaped_text(value: object) -> str:
    """What `{{ value }}` writes with autoescape on."""
    return str.__str__(to_liquid_string(value, autoescape=True))


def plain_text(value: object) -> str:
    """What `{{ value }}` writes with autoescape off."""
    return to_liquid_string(value, autoescape=False)


def captured_markup(parts: list[str]) -> str:
    """What `capture` assigns with autoescape on: it is escaped already."""
    return Markup("".join(parts))  # noqa: S704 -- its parts have been escaped one by one


def captured_text(parts: list[str]) -> str:
    """What `capture` assigns with autoescape off."""
    return "".join(parts)


def item(container: Any, key: Any) -> Any:
    """`container[key]`, `.size`, `.first` and `.last`; raises LookupError or TypeError where there is none."""
    if isinstance(key, Undefined):
        key = None
    if key in ("size", "first", "last"):
        return _special_item(container, key)
    if isinstance(key, int) and isinstance(container, str):
        raise TypeError
    return container[key]


def _special_item(container: Any, key: str) -> Any:
    try:
        return container[key]
    except (LookupError, TypeError):
        if key == "size" and hasattr(container, "__len__"):
            return len(container)
        if key == "first" and isinstance(container, dict) and container:
            return next(islice(container.items(), 1))
        if key != "size" and isinstance(container, Sequence) and not isinstance(container, str):
            return container[0 if key == "first" else -1]
        raise


def truthy(value: object) -> bool:
    """Everything is true but false, nil and the undefined."""
    return value is not None and value is not False and not isinstance(value, Undefined)


def equal(left: object, right: object) -> bool:
    """`left == right`: undefined equals nil, and true is not 1."""
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return (left is None or isinstance(left, Undefined)) and (right is None or isinstance(right, Undefined))
    if isinstance(right, Empty | Blank):
        left, right = right, left
    if isinstance(left, bool) or isinstance(right, bool):
        return isinstance(left, bool) and isinstance(right, bool) and left == right
    return bool(left == right)


def less(left: object, right: object) -> bool:
    """`left < right`; raises TypeError for what has no order."""
    left, right = _nil(left), _nil(right)
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return left < right
    if left is None or right is None:
        return False
    raise TypeError(f"'<' and '>' do not compare a {type(left).__name__} with a {type(right).__name__}")


def less_or_equal(left: object, right: object) -> bool:
    """`left <= right`; false for what has no order, unless it is equal."""
    left, right = _nil(left), _nil(right)
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return left <= right
    if left is None or right is None:
        return False
    return equal(left, right)


def contains(left: Any, right: object) -> bool:
    """`left contains right`; raises TypeError where `left` holds nothing."""
    if not truthy(left) or not truthy(right):
        return False
    if isinstance(left, str):
        return str(right) in left
    return right in left


def range_between(meter: Meter, start: object, stop: object) -> range:
    """`(start..stop)`; what is no integer counts as 0."""
    return meter.range(_integer_or_zero(start), _integer_or_zero(stop))


def loop_items(value: Any) -> Sequence[Any]:
    """What `for` runs over: pairs of an object, the items of a list or range, a text as one item."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, str):
        return [value] if value else []
    return value if isinstance(value, Sequence) else ()


def loop_slice(value: Any, limit: object, offset: object, *, backwards: bool) -> Sequence[Any]:
    """The part of `loop_items` that limit and offset leave (`...` where the loop has none).

    A limit that ends at 0 is no limit, as in python-liquid.
    """
    items = loop_items(value)
    first = 0 if offset is ... else to_int(offset)
    last = None if limit is ... else to_int(limit) + first
    end = min(last or len(items), len(items))
    if end < 0:
        raise ValueError("a loop's limit is not negative")
    part = items[min(max(first, 0), len(items)) : end]
    return part[::-1] if backwards else part


def next_of_cycle(positions: dict[str, int], group: object, values: list[object]) -> object:
    """The value whose turn it is; a cycle is known by its group or by its values."""
    name = "__UNDEFINED" if isinstance(group, Undefined) else "" if group is None else str(group)
    key = name or str(values)
    place = positions.get(key, 0)
    positions[key] = (place + 1) % len(values)
    return values[place] if place < len(values) else ""


class LocalScope:
    """What a localised filter may look up: the template's own variables, then the context."""

    __slots__ = ("context", "namespace")

    def __init__(self, namespace: dict[str, object], context: dict[str, Any]) -> None:
        self.namespace = namespace
        self.context = context

    def resolve(self, name: str, *, default: object = None) -> Any:
        """The value of `name`, or `default`."""
        return self.namespace[name] if name in self.namespace else self.context.get(name, default)


def _nil(value: object) -> object:
    return None if isinstance(value, Undefined) else value


def _integer_or_zero(value: Any) -> int:
    try:
        return to_int(value)
    except (ValueError, TypeError):
        return 0
