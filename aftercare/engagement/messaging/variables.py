"""The variables a message may use: what is known of their shape, and how each looks with an example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aftercare.engagement.messaging.types import MessageType
from aftercare.foundation.kit.liquid.problems import TemplateProblem
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.kit.liquid.variables import Shape

UNSUBSCRIBE = "unsubscribe"
_AMOUNTS = frozenset({"subtotal", "shipping", "discount", "tax", "total", "refunded", "amount"})
_MOMENTS = frozenset({"placed_at", "promised_by", "expected_from", "expected_by", "arrives_from", "arrives_by"})
_IN_LOOPS = {"lines": "line", "guides": "guide"}
# Known to programs, of no use to readers.
_NOT_LISTED = frozenset({"locale", "time_zone", "order.id", "shipment.id", "brand.portal", UNSUBSCRIBE})


@dataclass(frozen=True)
class Variable:
    """`snippet` is what to write, `example` what a reader would see."""

    path: str
    snippet: str
    example: str


def known_shape(*, kind: MessageType, sample: Mapping[str, Any]) -> dict[str, Shape]:
    """What templates of this type may name. What started a message may have data of any shape, unless its type says."""
    shape = {name: _shape(value) for name, value in sample.items()}
    if not kind.event:
        shape["event"] = None
    return shape


def variables_of(*, kind: MessageType, sample: Mapping[str, Any]) -> list[Variable]:
    """What to offer, in groups that begin with the same name."""
    offered = {name: value for name, value in sample.items() if name != "shipment" or kind.parcel}
    return [
        Variable(path, snippet, _example(snippet, sample))
        for path, snippet in _snippets(offered)
        if path not in _NOT_LISTED
    ]


def _snippets(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            yield from _snippets(value, f"{path}.")
        elif isinstance(value, list):
            item = _IN_LOOPS.get(name)
            if item and value:
                yield path, f"{{% for {item} in {path} %}}{{{{ {item}.title }}}}{{% endfor %}}"
        elif name in _AMOUNTS:
            yield path, f"{{{{ {path} | money: {prefix}currency }}}}"
        elif name in _MOMENTS:
            yield path, f"{{{{ {path} | local_date: 'full' }}}}"
        else:
            yield path, f"{{{{ {path} }}}}"


def _example(snippet: str, sample: Mapping[str, Any]) -> str:
    try:
        return compile_template(snippet, autoescape=False).render(dict(sample))
    except TemplateProblem:
        return ""


def _shape(value: Any) -> Shape:
    if isinstance(value, dict):
        return {name: _shape(inner) for name, inner in value.items()}
    return [_shape(value[0])] if isinstance(value, list) and value else None
