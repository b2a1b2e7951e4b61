"""What is wrong with the markup of an MJML source, or could be better: elements, attributes, links and pictures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from html.parser import HTMLParser

from aftercare.foundation.kit.liquid.mjml_attributes import attributes_of
from aftercare.foundation.kit.liquid.problems import TemplateSyntaxProblem

STRUCTURE = frozenset(
    {
        *("mjml", "mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"),
        *("mj-accordion", "mj-accordion-element", "mj-carousel", "mj-navbar", "mj-social"),
    }
)
# Elements whose inside is HTML or text of the merchant's.
CONTENT = frozenset(
    {
        *("mj-text", "mj-button", "mj-table", "mj-raw", "mj-accordion-title", "mj-accordion-text"),
        *("mj-navbar-link", "mj-social-element", "mj-title", "mj-preview", "mj-style"),
    }
)
HEAD = frozenset({"mj-head", "mj-attributes", "mj-all", "mj-class", "mj-breakpoint", "mj-font"})
EMPTY = frozenset({"mj-divider", "mj-image", "mj-spacer", "mj-carousel-image"})
KNOWN = STRUCTURE | CONTENT | HEAD | EMPTY
# What mail programs throw away, often with all that is around it.
_DROPPED = frozenset({"script", "iframe", "object", "embed", "form", "input", "textarea", "select", "video", "audio"})
_PICTURES = frozenset({"img", "mj-image", "mj-carousel-image"})
# mrml goes down elements by recursion, and some thousands of them in one another end the process.
DEEPEST = 100
_TAG = re.compile(
    r"""(?P<apart><!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z))|</(?P<closed>[a-zA-Z])
    |<(?P<opened>[a-zA-Z][^\s<>/"']*)(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*)""",
    re.DOTALL | re.VERBOSE,
)
_PAIRS = (("<!--", "-->"), ("<![", "]>"), ("</", ">"), ("<?", ">"), ("<!", ">"))
_OPENING = re.compile("<[a-zA-Z]")
_VOID = frozenset(
    {"br", "hr", "img", "input", "col", "wbr", "area", "base", "embed", "link", "meta", "source", "track"}
)
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE = frozenset({"https", "mailto", "tel", "sms"})


@dataclass(frozen=True, slots=True)
class MarkupProblem:
    """What, where (from 1), and what to do; `blocks`: it cannot be used like this."""

    sentence: str
    line: int
    column: int
    remedy: str
    blocks: bool


def check_elements(markup: str) -> None:
    """Raise TemplateSyntaxProblem for the first element mrml would drop or refuse, with its place."""
    checker = _Elements()
    checker.read(markup)
    for problem in checker.found:
        raise TemplateSyntaxProblem(problem.sentence, line=problem.line, column=problem.column, remedy=problem.remedy)


def markup_problems(markup: str) -> list[MarkupProblem]:
    """Everything to be said of a source whose Liquid has been blanked, in its order."""
    checker = _Everything()
    checker.read(markup)
    return checker.found


def address_problem(address: str) -> tuple[str, bool] | None:
    """What is wrong with a link, and whether it blocks; an address that begins with Liquid is not known yet."""
    scheme = _SCHEME.match(address)
    if scheme is None or scheme[1].lower() in _SAFE:
        return None
    if scheme[1].lower() == "http":
        return "the link is not encrypted (http): mail programs warn of it", False
    return f"links of the kind '{scheme[1]}:' do not work in mail", True


def depth(markup: str) -> int:
    """How deep elements stand in one another, or more: what is opened in a comment counts, what is closed there does not,
    so that no disagreement between parsers makes it less."""
    now = deepest = 0
    for tag in _TAG.finditer(markup):
        if tag["apart"]:
            now += len(_OPENING.findall(tag["apart"]))
        elif tag["closed"]:
            now = max(now - 1, 0)
        elif tag["opened"].lower() not in _VOID and not tag["rest"].endswith("/"):
            now += 1
        deepest = max(deepest, now)
    return deepest


def _endless(markup: str) -> str | None:
    """What is opened and never closed, of the things that the parser would look for the end of again and again."""
    for opened, closed in _PAIRS:
        last = markup.rfind(opened)
        if last >= 0 and markup.find(closed, last) < 0:
            return opened
    return None


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[MarkupProblem] = []
        self._has_root = False
        self._open: list[str] = []

    def read(self, markup: str) -> None:
        """Find all there is to find."""
        if depth(markup) > DEEPEST:
            self._note(f"elements stand in one another more than {DEEPEST} deep", "Use fewer.")
            return
        if (endless := _endless(markup)) is not None:
            self._note(f"'{endless}' does not end", "Close it.")
            return
        try:
            self.feed(markup)
            self.close()
        except AssertionError:  # how the parser says that it has never heard of a declaration such as <![x
            self._note("this declaration cannot be read", "Remove it.")
        if not self._has_root and not self.found:
            remedy = "Put everything into <mjml><mj-body>…</mj-body></mjml>."
            self.found.append(MarkupProblem("this is not MJML", 1, 1, remedy, blocks=True))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._has_root = self._has_root or tag == "mjml"
        if not self._open and tag != "mjml":
            self._note(f"<{tag}> stands outside of <mjml>", "Put everything into <mjml>…</mjml>.")
        if any(opened in CONTENT for opened in self._open):
            return
        if tag == "mj-include":
            self._note("<mj-include> is not supported", "Copy the included part to this place.")
        elif tag.startswith("mj") and tag not in KNOWN:
            close = get_close_matches(tag, KNOWN, n=1)
            self._note(f"MJML has no element <{tag}>", f"Did you mean <{close[0]}>?" if close else "Remove it.")
        elif not tag.startswith("mj") and self._open and self._open[-1] in STRUCTURE:
            self._note(f"<{tag}> cannot stand in <{self._open[-1]}>", "Put HTML into <mj-text>, or into <mj-raw>.")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def _note(self, sentence: str, remedy: str, *, blocks: bool = True) -> None:
        line, column = self.getpos()
        self.found.append(MarkupProblem(sentence, line, column + 1, remedy, blocks))


class _Everything(_Elements):
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_startendtag(tag, attrs)
        attributes = {name: value or "" for name, value in attrs}
        if tag in _DROPPED:
            self._note(f"mail programs drop <{tag}>", "Link to a page that has it.")
        if tag in KNOWN:
            self._check_names(tag, attributes)
        for name in attributes:
            if name.startswith("on"):
                self._note(f"mail programs drop scripts such as '{name}'", "Remove it.")
        for name in ("href", "src", "background-url"):
            if name in attributes and (wrong := address_problem(attributes[name])):
                self._note(wrong[0], "Write an address that begins with https://.", blocks=wrong[1])
        if tag in _PICTURES and "alt" not in attributes:
            self._note(
                "the picture has no alternative text", 'Say what it shows: alt="…", or alt="" if it only decorates.',
                blocks=False,
            )  # fmt: skip

    def _check_names(self, tag: str, attributes: Mapping[str, str]) -> None:
        taken = attributes_of(tag, within_defaults="mj-attributes" in self._open)
        for name in attributes if taken is not None else ():
            if name not in (taken or ()):
                close = get_close_matches(name, taken or (), n=1)
                self._note(
                    f"<{tag}> has no attribute '{name}'; it has no effect",
                    f"Did you mean '{close[0]}'?" if close else "Remove it.", blocks=False,
                )  # fmt: skip
