"""What pydantic objects to, as a refusal: the field as the caller wrote it, and a sentence without jargon."""

from collections.abc import Mapping, Sequence
from typing import Any

from aftercare.foundation.kit.errors import Invalid

# Where a value may be of several types, pydantic ends the place with the name of the one it tried.
_TRIED_TYPES = {"str", "constrained-str", "int", "float", "bool"}
_SENTENCES = {
    "missing": "This field is missing.",
    "extra_forbidden": "There is no such field.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "string_pattern_mismatch": "It holds characters that cannot stand here.",
}


def refusal_of(error: Mapping[str, Any], *, place: Sequence[int | str], within: str = "") -> Invalid:
    """The refusal for one error; `within` is the path of the part that `place` is relative to."""
    sentence = _SENTENCES.get(error["type"]) or error["msg"].removeprefix("Value error, ")
    return Invalid(sentence, field=field_path(place, within=within))


def field_path(place: Sequence[int | str], *, within: str = "") -> str:
    """As the sender would write it: `orders[2].lines[0].sku`."""
    if len(place) > 1 and place[-1] in _TRIED_TYPES:
        place = place[:-1]
    path = within
    for part in place:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path
