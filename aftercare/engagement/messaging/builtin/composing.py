"""Words set into the layout.

A body is paragraphs with an empty line between them. `**bold**` and `[text](address)` mean what they look like; a
paragraph that begins with `~ ` is small print; one that is only `{lines}`, `{totals}`, `{guides}`, `{messages}` or `{button}`
stands for that block; one of nothing but Liquid tags stands between the others, so that `{% if %}` can hold several of them.
Everything else is text: no markup gets through.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape

from django.utils.translation import get_language_info

from aftercare.engagement.messaging.builtin.texts import BLOCKS, LANGUAGES, layout_words, text_of
from aftercare.engagement.messaging.contents import Words
from aftercare.foundation.kit.liquid.tags import replace_tags

_SLOT = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=[ \t]*(?:\n[ \t]*\n|\s*\Z))", re.DOTALL)
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
LINK = re.compile(r"\[([^\[\]\n]+)\]\(([^()\s]+)\)")
_SHELVED = re.compile("\ue000(\\d+)\ue001")
_MARKS = re.compile("[\ue000\ue001]")
_QUIET = "~ "
_FALLBACK = "en"


class Kind(StrEnum):
    """What a paragraph is."""

    TEXT = "text"
    QUIET = "quiet"
    BLOCK = "block"
    TAGS = "tags"


@dataclass(frozen=True)
class Paragraph:
    """A piece of a body; `offset` is where its text begins, `text` of a block its name."""

    kind: Kind
    text: str
    offset: int


def compose(*, words: Words, locale: str) -> str:
    """MJML and Liquid of a message in this language."""
    shared = layout_words(known_language(locale)) | _sides(locale)
    elements = [_element(paragraph, words, shared) for paragraph in paragraphs(words.body)]
    slots = {
        "preview": _text(words.preview), "heading": inline(words.heading), "body": "\n".join([*elements, ""]), **shared,
    }  # fmt: skip
    return _filled(text_of("layout.mjml"), slots)


def paragraphs(body: str) -> Iterator[Paragraph]:
    """The pieces of a body, in their order."""
    # What is in a Liquid tag is neither an empty line nor a mark; its place keeps its length, so that offsets hold.
    masked = replace_tags(body, lambda tag: "\ue000" * len(tag))
    for match in _PARAGRAPH.finditer(masked):
        start, end = match.span()
        yield _paragraph(body[start:end], match[0], start)


def inline(text: str) -> str:
    """Text with its marks as HTML; Liquid passes through."""
    return _text(text, marks=True)


def known_language(locale: str) -> str:
    """The language whose layout a template in `locale` is set into."""
    language = locale.partition("-")[0]
    return language if language in LANGUAGES else _FALLBACK


def _paragraph(text: str, masked: str, offset: int) -> Paragraph:
    if (named := _SLOT.fullmatch(masked)) is not None:
        return Paragraph(Kind.BLOCK, named[1], offset)
    if masked.startswith(_QUIET):
        return Paragraph(Kind.QUIET, text[len(_QUIET) :], offset + len(_QUIET))
    if not masked.strip("\ue000 \t\n") and "{{" not in text:
        return Paragraph(Kind.TAGS, text, offset)
    return Paragraph(Kind.TEXT, text, offset)


def _element(paragraph: Paragraph, words: Words, shared: Mapping[str, str]) -> str:
    match paragraph.kind:
        case Kind.BLOCK if paragraph.text in BLOCKS:
            return _filled(text_of(f"{paragraph.text}.mjml"), {"label": inline(words.button), **shared})
        case Kind.QUIET:
            return f'<mj-text css-class="quiet">{inline(paragraph.text)}</mj-text>'
        case Kind.TAGS:
            return paragraph.text
    text = f"{{{paragraph.text}}}" if paragraph.kind == Kind.BLOCK else paragraph.text
    return f"<mj-text>{inline(text)}</mj-text>"


def _filled(source: str, slots: Mapping[str, str]) -> str:
    """Once only: what fills a slot is not looked through for others."""
    return _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), source)


def _text(text: str, *, marks: bool = False) -> str:
    tags: list[str] = []

    def shelve(tag: str) -> str:
        tags.append(tag)
        return f"\ue000{len(tags) - 1}\ue001"

    html = escape(replace_tags(_MARKS.sub("", text), shelve), quote=False)
    if marks:
        html = LINK.sub(lambda link: f'<a href="{link[2].replace(chr(34), "&quot;")}">{link[1]}</a>', html)
        html = _BOLD.sub(r"<strong>\1</strong>", html).replace("\n", "<br />")
    return _SHELVED.sub(lambda mark: tags[int(mark[1])], html)


def _sides(locale: str) -> dict[str, str]:
    """Where lines begin and end, by name: mail programs know nothing of logical sides."""
    is_mirrored = get_language_info(known_language(locale))["bidi"]
    start, end, direction = ("right", "left", "rtl") if is_mirrored else ("left", "right", "ltr")
    return {"language": locale, "direction": direction, "start": start, "end": end}
