"""Which elements MJML has, and where plain HTML may stand in it."""

from difflib import get_close_matches
from html.parser import HTMLParser

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


def check_elements(markup: str) -> None:
    """Raise TemplateSyntaxProblem for the first element mrml would drop or refuse, with its line."""
    checker = _Checker()
    checker.feed(markup)
    checker.close()
    if not checker.has_root:
        raise TemplateSyntaxProblem(
            "this is not MJML", line=1, remedy="Put everything into <mjml><mj-body>…</mj-body></mjml>."
        )


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.has_root = False
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.has_root = self.has_root or tag == "mjml"
        if not self._open and tag != "mjml":
            self._refuse(f"<{tag}> stands outside of <mjml>", "Put everything into <mjml>…</mjml>.")
        if any(opened in CONTENT for opened in self._open):
            return
        if tag == "mj-include":
            self._refuse("<mj-include> is not supported", "Copy the included part to this place.")
        if tag.startswith("mj") and tag not in KNOWN:
            close = get_close_matches(tag, KNOWN, n=1)
            self._refuse(f"MJML has no element <{tag}>", f"Did you mean <{close[0]}>?" if close else "Remove it.")
        if not tag.startswith("mj") and self._open and self._open[-1] in STRUCTURE:
            self._refuse(f"<{tag}> cannot stand in <{self._open[-1]}>", "Put HTML into <mj-text>, or into <mj-raw>.")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def _refuse(self, sentence: str, remedy: str) -> None:
        raise TemplateSyntaxProblem(sentence, line=self.getpos()[0], remedy=remedy)
