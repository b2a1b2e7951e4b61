"""What a schema complains of, said so that a person can put it right."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from aftercare.commerce.platforms.files.records import Problem
from aftercare.commerce.platforms.mapping.plan import Place

Locate = Callable[[Sequence[int | str]], Place]
_MOST_VALUE = 60
_NO_NUL = r"^[^\x00]*$"
_SELF_EXPLANATORY = {"missing", "extra_forbidden", "value_error", "nul_character"}
_QUOTED = re.compile("'[^']*'")

# By the schema's own name of an error: what to say and what to do. {…} are the error's own context.
_SENTENCES = {
    "missing": ("is missing", "Fill it in."),
    "extra_forbidden": ("is no field here", "Check its spelling, or remove it."),
    "string_too_short": ("is empty", "Fill it in."),
    "string_too_long": ("is longer than {max_length} characters", "Shorten it."),
    "string_type": ("is not text", "Write text."),
    "string_pattern_mismatch": ("does not have the form {pattern}", "Correct it."),
    "nul_character": ("holds a NUL character, which no database can store", "Remove it."),
    "string_unicode": ("is not valid Unicode", "Correct the broken characters."),
    "too_long": ("has more than {max_length} items", "Split it."),
    "too_short": ("has no items", "Give at least {min_length}."),
    "int_parsing": ("is not a whole number", "Write digits only, such as 3."),
    "int_from_float": ("is not a whole number", "Write digits only, such as 3."),
    "int_type": ("is not a whole number", "Write digits only, such as 3."),
    "decimal_parsing": ("is not an amount", "Write digits with a decimal point, such as 19.90."),
    "decimal_type": ("is not an amount", "Write digits with a decimal point, such as 19.90."),
    "finite_number": ("is not a finite number", "Write digits with a decimal point, such as 19.90."),
    "bool_parsing": ("is neither true nor false", "Write true or false."),
    "bool_type": ("is neither true nor false", "Write true or false."),
    "greater_than": ("must be more than {gt}", "Correct it."),
    "greater_than_equal": ("must be at least {ge}", "Correct it."),
    "less_than_equal": ("must be at most {le}", "Correct it."),
    "literal_error": ("is not one of {expected}", "Use one of these words."),
    "timezone_aware": ("has no time zone", "Write it with its offset, such as 2026-11-01T09:30:00+01:00."),
    "datetime_from_date_parsing": ("is not a time", "Write it as 2026-11-01T09:30:00+01:00."),
    "datetime_parsing": ("is not a time", "Write it as 2026-11-01T09:30:00+01:00."),
    "datetime_type": ("is not a time", "Write it as 2026-11-01T09:30:00+01:00."),
    "model_type": ("is not an object", "Write an object with fields."),
    "tuple_type": ("is not a list", "Write a list."),
    "dict_type": ("is not an object", "Write an object with names and values."),
}  # fmt: skip


def problems_of(error: ValidationError, locate: Locate) -> tuple[Problem, ...]:
    """Each complaint of the schema once, at its place in the file."""
    return tuple(dict.fromkeys(_problem(item, locate) for item in error.errors(include_url=False)))


def written(location: Sequence[int | str]) -> str:
    """A place in a JSON object as people write it: `lines[2].sku`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    return text.removeprefix(".")


def _problem(item: Any, locate: Locate) -> Problem:
    place = locate(item["loc"])
    context = item.get("ctx", {})
    kind = "nul_character" if context.get("pattern") == _NO_NUL else item["type"]
    sentence, remedy = _SENTENCES.get(kind, (item["msg"].removeprefix("Value error, "), "Correct it."))
    sentence, remedy = _filled(sentence, context), _filled(remedy, context)
    value = "" if kind in _SELF_EXPLANATORY else _shown(item["input"])
    return Problem(place.line, place.field, f"{value}{sentence}", remedy, _QUOTED.sub("…", sentence))


def _filled(sentence: str, context: dict[str, Any]) -> str:
    return sentence.format_map({key: str(value) for key, value in context.items()}) if "{" in sentence else sentence


def _shown(value: Any) -> str:
    """The value at fault, if it is short enough to be recognised."""
    if not isinstance(value, str | int | float) or not str(value):
        return ""
    text = str(value)
    return f"'{text if len(text) <= _MOST_VALUE else text[:_MOST_VALUE] + '…'}' "
