"""The journeys every store starts with."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def builtin_journeys() -> list[dict[str, Any]]:
    """Key, name, description and definition of each, and whether stores start with it switched on."""
    texts = tomllib.loads(files(__name__).joinpath("journeys.toml").read_text(encoding="utf-8"))
    return [
        {
            "key": key.replace("_", "-"),
            "name": text.pop("name"),
            "description": text.pop("description"),
            "is_on": text.pop("is_on", True),
            "definition": text,
        }
        for key, text in texts.items()
    ]
