"""Examples of answers, made from their schemas: what a field gives as its own example, else a word for its name."""

from collections.abc import Mapping
from typing import Any

_OF_FORMAT = {
    "date-time": "2026-11-20T09:12:00Z",
    "uuid": "0195d2a4-7c1e-7b60-9d0a-3f2e8c6b1a47",
    "uri": "https://example.com/",
}
_FITS: dict[str, type] = {"string": str, "integer": int}
_OF_TYPE: dict[str, Any] = {"string": "", "integer": 0, "number": 0.0, "boolean": False, "null": None, "object": {}}


class Examples:
    """Makes examples of the schemas of one description."""

    def __init__(self, *, components: Mapping[str, Any], words: Mapping[str, Any]) -> None:
        self._components = components
        self._words = words

    def of(self, schema: Mapping[str, Any], *, name: str = "") -> Any:
        """A value that fits the schema; `name` is the field's."""
        if "$ref" in schema:
            return self.of(self._components[schema["$ref"].rpartition("/")[2]], name=name)
        if "example" in schema or "examples" in schema:
            return schema["example"] if "example" in schema else schema["examples"][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if choice in schema:
                return self._chosen(schema[choice], name)
        return self._plain(schema, name)

    def _chosen(self, choices: list[Mapping[str, Any]], name: str) -> Any:
        """What may be missing is missing, unless there is a word for it."""
        may_miss = {"type": "null"} in choices and name not in self._words
        return None if may_miss and "examples" not in choices[0] else self.of(choices[0], name=name)

    def _plain(self, schema: Mapping[str, Any], name: str) -> Any:
        if "enum" in schema or "const" in schema:
            allowed = schema.get("enum") or [schema["const"]]
            return self._words[name] if self._words.get(name) in allowed else allowed[0]
        if "properties" in schema:
            return {field: self.of(inner, name=field) for field, inner in schema["properties"].items()}
        kind = schema.get("type", "object")
        if kind == "array":
            return [self.of(schema["items"], name=name)] if schema.get("items") else []
        if "format" not in schema and isinstance(self._words.get(name), _FITS.get(kind, ())):
            return self._words[name]
        return _OF_FORMAT.get(schema.get("format", ""), schema.get("default", _OF_TYPE[kind]))
