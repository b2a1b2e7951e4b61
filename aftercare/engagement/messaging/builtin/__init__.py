"""The messages every store starts with, in every language there is a file for; composed into MJML when installed."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import get_language_info

_HERE = files(__name__)
_BUTTON = (
    '<mj-button href="{{ order.url }}" background-color="{{ brand.color }}" color="{{ brand.text_color }}">'
    "{label}</mj-button>"
)
LANGUAGES = tuple(sorted(file.name.removesuffix(".toml") for file in _HERE.iterdir() if file.name.endswith(".toml")))
_LAYOUT = "layout"


@dataclass(frozen=True)
class Draft:
    """A template as written: subject in Liquid, source in MJML and Liquid."""

    subject: str
    source: str


@cache
def builtin_templates(locale: str) -> dict[str, Draft]:
    """Every built-in template of a language, by key."""
    texts = tomllib.loads(_read(f"{locale}.toml"))
    shared = texts.pop(_LAYOUT) | _sides(locale)
    return {key: Draft(subject=text["subject"], source=_compose(text, shared)) for key, text in texts.items()}


def _compose(text: dict[str, str], shared: dict[str, str]) -> str:
    source = _read("layout.mjml")
    # What a slot is filled with may hold the slots that come after it.
    slots = {
        "preview": text["preview"], "heading": text["heading"], "body": text["body"], "lines": _read("lines.mjml"),
        "button": _BUTTON, "label": text["button"], **shared,
    }  # fmt: skip
    for name, content in slots.items():
        source = source.replace(f"{{{name}}}", content)
    return source


def _sides(locale: str) -> dict[str, str]:
    """Where lines begin and end, by name: mail programs know nothing of logical sides."""
    is_mirrored = get_language_info(locale)["bidi"]
    start, end, direction = ("right", "left", "rtl") if is_mirrored else ("left", "right", "ltr")
    return {"language": locale, "direction": direction, "start": start, "end": end}


def _read(name: str) -> str:
    return _HERE.joinpath(name).read_text(encoding="utf-8")
