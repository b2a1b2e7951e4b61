"""The reference of the import format, written from the schemas themselves.

docs/reference/import-format.md must equal what stands here; a test compares, and writes it anew when it is told to.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from aftercare.commerce.platforms.importable import Importable
from aftercare.commerce.platforms.shape import FieldShape, Kind, shape_of

_HEAD = """# Import format

What `aftercare import KIND FILE` reads; [how to import](../howto/import.md) says how it is used. Written from the
schemas: do not edit.

In NDJSON a group is an object and a list is an array. In CSV a group's fields are columns with a dot
(`customer.email`), a list takes one row per item (`lines.sku`, the rows of one record standing together), and values
by name are columns too (`traits.vip`). What is required in a group is required where the group is given at all.
Amounts are in major units, such as `19.90`; times are ISO 8601 with an offset, such as `2026-11-01T09:30:00+01:00`.
"""
# Patterns that only keep NUL out tell nobody anything.
_TELLING = re.compile(r"[a-zA-Z](?!00)")
_CAPITAL = re.compile("[A-Z]")


def import_format(kinds: Sequence[Importable[Any]]) -> str:
    """The whole document, as Markdown."""
    return _Reference(kinds).text()


class _Reference:
    """The tables of all kinds, then those of the groups they share."""

    def __init__(self, kinds: Sequence[Importable[Any]]) -> None:
        self._kinds = sorted(kinds, key=lambda kind: kind.key)
        self._titles: dict[type[BaseModel], str] = {kind.schema: kind.title for kind in kinds}
        self._groups: dict[type[BaseModel], dict[str, Any]] = {}
        for kind in self._kinds:
            for example in kind.examples:
                self._collect(kind.schema, example)

    def text(self) -> str:
        parts = [_HEAD]
        for kind in self._kinds:
            parts.append(f"## {kind.title}\n\n{_doc(type(kind))} {_doc(kind.schema)}\n")
            parts.append(self._table(kind.schema, _merged(kind.examples)))
        parts.append("## Groups\n")
        for model, example in self._groups.items():
            parts.append(f"### {_name(model)}\n\n{_doc(model)}\n")
            parts.append(self._table(model, example))
        return "\n".join(parts)

    def _collect(self, model: type[BaseModel], example: Mapping[str, Any]) -> None:
        """Every group below a schema that is no kind itself, with all that examples show of it."""
        for name, shape in shape_of(model).items():
            if shape.model is None:
                continue
            given = example.get(name, [])
            for own in given if isinstance(given, list) and given else [given or {}]:
                if shape.model not in self._titles:
                    self._groups[shape.model] = {**own, **self._groups.get(shape.model, {})}
                self._collect(shape.model, own)

    def _table(self, model: type[BaseModel], example: Mapping[str, Any]) -> str:
        described = model.model_json_schema()["properties"]
        rows = [
            f"| `{name}` | {'yes' if shape.required else 'no'} | {self._holds(shape, described[name])} |"
            f" {_example(shape, example.get(name))} |"
            for name, shape in shape_of(model).items()
        ]
        return "\n".join(["| Field | Required | What it holds | Example |", "|---|---|---|---|", *rows, ""])

    def _holds(self, shape: FieldShape, described: Mapping[str, Any]) -> str:
        if shape.model is not None:
            title = self._titles.get(shape.model, _name(shape.model))
            link = f"[{_name(shape.model).lower()}](#{title.lower().replace(' ', '-')})"
            return f"list of {link}" if shape.kind is Kind.MODELS else link
        if shape.kind is Kind.NAMED_VALUES:
            return "values by name"
        return ", ".join(_words(described))


def _merged(examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for example in reversed(examples) for name, value in example.items()}


def _example(shape: FieldShape, example: Any) -> str:
    if shape.model is not None or example is None:
        return ""
    if isinstance(example, list):
        return f"`{', '.join(map(str, example))}`"
    if isinstance(example, dict):
        return ", ".join(f"`{name}`: `{value}`" for name, value in example.items())
    return f"`{str(example).lower() if isinstance(example, bool) else example}`"


def _words(schema: Mapping[str, Any]) -> Iterator[str]:
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    first = options[0]
    if "enum" in first:
        yield " · ".join(f"`{word}`" for word in first["enum"])
    elif first.get("type") == "array":
        yield f"list of {', '.join(_words(first['items']))}"
    elif first.get("format") == "date-time":
        yield "time"
    elif first.get("type") == "boolean":
        yield "true or false"
    elif first.get("type") in {"integer", "number"}:
        yield "whole number" if first["type"] == "integer" else "amount"
        yield from _range(first)
    else:
        yield "text"
        yield from _length(first)


def _range(schema: Mapping[str, Any]) -> Iterator[str]:
    if "minimum" in schema:
        yield f"at least {schema['minimum']:g}"
    if "exclusiveMinimum" in schema:
        yield f"more than {schema['exclusiveMinimum']:g}"
    if schema.get("maximum", 1e12) < 1e12:
        yield f"at most {schema['maximum']:,}"


def _length(schema: Mapping[str, Any]) -> Iterator[str]:
    if _TELLING.search(schema.get("pattern", "")):
        yield f"of the form `{schema['pattern'].replace('|', chr(92) + '|')}`"
    elif schema.get("minLength") == schema.get("maxLength") is not None:
        yield f"{schema['maxLength']} letters"
    elif "maxLength" in schema:
        yield f"up to {schema['maxLength']:,} characters"


def _name(model: type[BaseModel]) -> str:
    """`FulfilmentLineIn` is a fulfilment line."""
    return _CAPITAL.sub(lambda found: f" {found[0].lower()}", model.__name__.removesuffix("In")).strip().capitalize()


def _doc(model: type) -> str:
    return " ".join((model.__doc__ or "").split())
