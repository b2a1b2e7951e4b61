"""The files beside this one, as they are written."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_HERE = files(__package__)
_LAYOUT = "layout"
LANGUAGES = tuple(sorted(file.name.removesuffix(".toml") for file in _HERE.iterdir() if file.name.endswith(".toml")))
# What a line of a body that says `{lines}` stands for.
BLOCKS = ("lines", "totals", "guides", "messages", "button")


@cache
def text_of(name: str) -> str:
    """A file."""
    return _HERE.joinpath(name).read_text(encoding="utf-8")


def messages_of(language: str) -> dict[str, dict[str, str]]:
    """The words of every message, by key."""
    return {key: text for key, text in _texts(language).items() if key != _LAYOUT}


def layout_words(language: str) -> dict[str, str]:
    """What stands in the layout and in the blocks beside a message's own words."""
    found: dict[str, str] = _texts(language)[_LAYOUT]
    return found


@cache
def _texts(language: str) -> dict[str, Any]:
    return tomllib.loads(text_of(f"{language}.toml"))
