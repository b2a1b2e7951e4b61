"""MJML to HTML for mail, once per template version; Liquid passes through.

mrml and css-inline parse markup, so Liquid is taken out before them and put back after: tags between elements travel as
comments, which may stand anywhere, even between table rows; what stands in attributes and text travels as a word.
"""

import re
from hashlib import sha256
from html.parser import HTMLParser

import css_inline
import mrml

from aftercare.foundation.kit.liquid.mjml_elements import MarkupProblem, check_elements, markup_problems
from aftercare.foundation.kit.liquid.problems import TemplateSyntaxProblem
from aftercare.foundation.kit.liquid.tags import replace_tags

# No fonts from elsewhere, and no include of any kind: a mail is complete in itself.
_RENDERING = mrml.RenderOptions(fonts={})
_PARSING = mrml.ParserOptions(include_loader=mrml.noop_loader())
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
_ROWS_AFTER_TAGS = re.compile(r"(<table\b[^>]*>)((?:\s*<!--lq\w+-->)+\s*)(?=<tr\b)")
_IGNORED = ' data-css-inline="ignore"'


def compile_mjml(source: str) -> str:
    """The HTML of an MJML source, a Liquid template as before; rules of `mj-style` are inlined.

    Raises TemplateSyntaxProblem, with the line, for elements MJML does not have (mrml drops them without a word), for
    includes, and for markup that is not well formed.
    """
    check_elements(replace_tags(source, _blanked))
    shelf = _Shelf(source)
    try:
        html = mrml.to_html(shelf.markup, parser_options=_PARSING, render_options=_RENDERING).content
    except OSError as error:
        raise TemplateSyntaxProblem(f"the MJML is not well formed: {error}", remedy="Close every element.") from error
    except BaseException as error:
        # mrml stumbles over some characters before a bare ">", and what a library in Rust raises then is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise TemplateSyntaxProblem("the MJML cannot be read", remedy="Write &gt; for > in text.") from error
    return shelf.put_back(_inlined(html, shelf.mark_of_style))


def mjml_problems(source: str) -> list[MarkupProblem]:
    """Everything to be said of the markup of a source, in its order; of its Liquid nothing."""
    return markup_problems(replace_tags(source, _blanked))


def _blanked(tag: str) -> str:
    """White space in the place of a Liquid tag, so that lines and columns stay."""
    return re.sub(r"[^\n]", " ", tag)


def _inlined(html: str, mark_of_style: str) -> str:
    """`html` with the merchant's rules on the elements; those of mrml itself are for the head only."""
    if mark_of_style not in html:
        return html
    others = re.compile(rf"<style(?=[^>]*>(?!{re.escape(mark_of_style)}))")
    # An HTML parser makes a tbody where the first row begins, which would be after the tag of a loop over rows.
    html = _ROWS_AFTER_TAGS.sub(r"\1<tbody>\2", html)
    return _INLINER.inline(others.sub(f"<style{_IGNORED}", html)).replace(_IGNORED, "").replace(mark_of_style, "")


class _Shelf:
    """The Liquid tags of a source, and the source with words and comments in their places."""

    def __init__(self, source: str) -> None:
        # A word no source contains, yet the same one every time: equal sources make equal HTML.
        self._word = "lq" + sha256(source.encode()).hexdigest()[:12]
        self._tags: list[str] = []
        self.mark_of_style = f"/*{self._word}*/"
        rewriter = _Rewriter(self._word, self.mark_of_style)
        rewriter.feed(replace_tags(source, self._take))
        rewriter.close()
        self.markup = "".join(rewriter.written)

    def put_back(self, html: str) -> str:
        """`html` with the Liquid tags in their places again."""
        place = rf"{self._word}[bo](\d+)x"
        return re.sub(rf"<!--{place}-->|/\*{place}\*/|{place}", self._tag, html)

    def _take(self, tag: str) -> str:
        self._tags.append(tag)
        kind = "b" if tag.startswith("{%") else "o"  # a block's tag, or an output
        return f"{self._word}{kind}{len(self._tags) - 1}x"

    def _tag(self, match: re.Match[str]) -> str:
        return self._tags[int(match[1] or match[2] or match[3])]


class _Rewriter(HTMLParser):
    """Copies markup; makes comments of block tags where an element may stand, and marks the merchant's styles."""

    def __init__(self, word: str, mark_of_style: str) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self._block = re.compile(rf"{word}b\d+x")
        self._mark = mark_of_style
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._open.append(tag)
        self.written.append(self.get_starttag_text() or "")
        if tag == "mj-style":
            self.written.append(self._mark)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.written.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside in ("mj-style", "style"):
            data = self._block.sub(r"/*\g<0>*/", data)
        elif inside not in ("mj-title", "mj-preview", "title", "script"):
            data = self._block.sub(r"<!--\g<0>-->", data)
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")
