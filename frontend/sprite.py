"""One SVG sprite with the icons that templates and code name, and no others."""

import re
from collections.abc import Iterable
from pathlib import Path

FRONTEND = Path(__file__).resolve().parent
LUCIDE = FRONTEND.parent / "node_modules" / "lucide-static" / "icons"

# The ways in which templates and code name an icon.
NAMED = (
    # {% icon "truck" %}, icon="truck", icon_name="truck", "icon": "truck", icon: ClassVar[str] = "truck"
    re.compile(r"""\bicon(?:_name)?\b["']?\s*(?::\s*[\w\[\]. ]+(?==))?[=:(]?\s*["']([a-z][a-z0-9-]*)["']"""),
    # {% badge "good" "Delivered" "check" %}
    re.compile(r"""{%\s*badge\s+(?:"[^"]*"|\S+)\s+(?:"[^"]*"|\S+)\s+"([a-z][a-z0-9-]*)\""""),
)
SHAPES = re.compile(r"<svg[^>]*>(?P<shapes>.*)</svg>", re.DOTALL)
SYMBOL = (
    '<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.5"'
    ' stroke-linecap="round" stroke-linejoin="round">{shapes}</symbol>'
)


def sprite(sources: Iterable[Path]) -> str:
    """The sprite for every icon named in `sources` or listed in icons.txt."""
    symbols = "".join(_symbol(name, where) for name, where in sorted(named_icons(sources).items()))
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def named_icons(sources: Iterable[Path]) -> dict[str, Path]:
    """Each icon's name and one file that names it."""
    listed = FRONTEND / "icons.txt"
    lines = (line.partition("#")[0].strip() for line in listed.read_text().splitlines())
    found = {name: listed for name in lines if name}
    for source in sources:
        text = source.read_text()
        found.update(dict.fromkeys((name for pattern in NAMED for name in pattern.findall(text)), source))
    return found


def _symbol(name: str, where: Path) -> str:
    drawing = LUCIDE / f"{name}.svg"
    if not drawing.is_file():
        raise SystemExit(f"{where} names the icon '{name}', which lucide does not have (see https://lucide.dev/icons)")
    body = SHAPES.search(drawing.read_text())
    if body is None:
        raise SystemExit(f"{drawing} is not an SVG drawing")
    return SYMBOL.format(name=name, shapes=re.sub(r"\s*\n\s*", "", body["shapes"]).replace(" />", "/>"))
