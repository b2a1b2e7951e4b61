"""The messages every store starts with, composed into MJML when they are installed."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_HERE = files(__name__)
_BUTTON = (
    '<mj-button href="{{{{ order.url }}}}" background-color="{{{{ brand.color }}}}" color="{{{{ brand.text_color }}}}">'
    "{label}</mj-button>"
)
LANGUAGES = ("en",)


@dataclass(frozen=True)
class Draft:
    """A template as written: subject in Liquid, source in MJML and Liquid."""

    subject: str
    source: str


@cache
def builtin_templates(locale: str) -> dict[str, Draft]:
    """Every built-in template of a language, by key."""
    texts = tomllib.loads(_HERE.joinpath(f"{locale}.toml").read_text(encoding="utf-8"))
    return {key: Draft(subject=text["subject"], source=_compose(text)) for key, text in texts.items()}


def _compose(text: dict[str, str]) -> str:
    lines = _HERE.joinpath("lines.mjml").read_text(encoding="utf-8")
    layout = _HERE.joinpath("layout.mjml").read_text(encoding="utf-8")
    body = text["body"].replace("{lines}", lines).replace("{button}", _BUTTON.format(label=text["button"]))
    for slot, content in (("preview", text["preview"]), ("heading", text["heading"]), ("body", body)):
        layout = layout.replace(f"<!-- {slot} -->", content)
    return layout
