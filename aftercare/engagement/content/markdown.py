"""Guides from Markdown to HTML. What merchants write is text: HTML in it is shown, not obeyed."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

import mistune
import nh3
from django.utils.safestring import SafeString, mark_safe
from mistune.plugins.table import table
from mistune.renderers.html import HTMLRenderer

_TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "strong", "table", "tbody",
    "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}}
NOTHING = SafeString("")
_parse = mistune.Markdown(renderer=None, plugins=[table])
_renderer = HTMLRenderer(escape=True)
table(mistune.Markdown(renderer=_renderer))  # a plugin tells the renderer of a Markdown what it adds


@dataclass(frozen=True, slots=True)
class GuideBody:
    """A guide's text; where it has one list of numbered steps, these stand apart, in the middle."""

    before: SafeString
    steps: tuple[SafeString, ...] = ()
    after: SafeString = NOTHING


@dataclass(frozen=True, slots=True)
class Question:
    """A heading, and what follows it."""

    title: str
    answer: SafeString


@dataclass(frozen=True, slots=True)
class Questions:
    """A text whose headings are questions; `before` stands above the first."""

    before: SafeString
    questions: tuple[Question, ...]


@lru_cache(maxsize=256)
def guide_questions(text: str) -> Questions:
    """The questions of a text and their answers."""
    parsed, state = _parse.parse(text)
    tokens = cast(list[dict[str, Any]], parsed)
    places = [place for place, token in enumerate(tokens) if token["type"] == "heading"]
    questions = tuple(
        Question(_words(tokens[place]), _html(tokens[place + 1 : end], state))
        for place, end in pairwise([*places, len(tokens)])
    )
    return Questions(_html(tokens[: places[0]] if places else tokens, state), questions)


@lru_cache(maxsize=256)
def guide_body(text: str) -> GuideBody:
    """The HTML of a guide, with its steps apart if it has exactly one list of them."""
    parsed, state = _parse.parse(text)
    tokens = cast(list[dict[str, Any]], parsed)
    numbered = [place for place, token in enumerate(tokens) if token["type"] == "list" and token["attrs"]["ordered"]]
    if len(numbered) != 1:
        return GuideBody(before=_html(tokens, state))
    place = numbered[0]
    steps = tuple(_html(_as_paragraphs(item["children"]), state) for item in tokens[place]["children"])
    return GuideBody(_html(tokens[:place], state), steps, _html(tokens[place + 1 :], state))


def _as_paragraphs(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands in a list without blank lines is bare text, which falls apart where it is laid out by itself."""
    return [token | {"type": "paragraph"} if token["type"] == "block_text" else token for token in tokens]


def _words(token: dict[str, Any]) -> str:
    """The text of a token without its markup."""
    inner = "".join(_words(child) for child in token.get("children", ()))
    return inner or str(token.get("raw", token.get("text", "")))


def _html(tokens: list[dict[str, Any]], state: mistune.BlockState) -> SafeString:
    html = nh3.clean(_renderer(tokens, state), tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")
    return mark_safe(html)  # noqa: S308 -- cleaned a line above
