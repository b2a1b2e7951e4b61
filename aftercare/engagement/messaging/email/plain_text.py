"""The text part of a mail that was written in HTML only, made once per template version.

Works on the template's source: Liquid tags pass through untouched, so the result is itself a Liquid template.
"""

import re
from html.parser import HTMLParser

_LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_MARK = re.compile("\ue000(\\d+)\ue001")
_SILENT = frozenset({"head", "style", "script", "title", "template"})
_BLOCKS = frozenset(
    {
        *("p", "div", "table", "tr", "ul", "ol", "blockquote", "section", "header", "footer", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6"),
    }
)


def html_to_text(html: str) -> str:
    """The readable text of `html`: paragraphs, list items with dashes, links followed by their address."""
    tags: list[str] = []

    def shelve(match: re.Match[str]) -> str:
        tags.append(match[0])
        return f"\ue000{len(tags) - 1}\ue001"

    reader = _Reader()
    reader.feed(_LIQUID.sub(shelve, html))
    reader.close()
    text = "".join(reader.written)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    return _MARK.sub(lambda match: tags[int(match[1])], text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._silent = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.written.append("\n")
        elif tag == "li":
            self.written.append("\n- ")
        elif tag == "td":
            self.written.append(" ")
        elif tag == "img":
            self.written.append(attributes.get("alt", ""))
        elif tag == "a":
            self._links.append(attributes.get("href", ""))
        elif tag in _BLOCKS:
            self.written.append("\n\n" if tag not in {"tr", "div"} else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == "a" and self._links:
            address = self._links.pop()
            if address and not address.startswith("#") and address != "".join(self.written[-1:]).strip():
                self.written.append(f" ({address})")
        elif tag in _BLOCKS:
            self.written.append("\n\n" if tag not in {"tr", "div"} else "\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.written.append(re.sub(r"\s+", " ", data))
