"""Small charts as SVG, made on the server: they print, they mail, and they need no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `text` is the value as it is to be read ("93 %", "€1,204"), `url` leads to what it counts."""

    label: str
    value: float
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line over time with, if given, the interval around it; the strings are what stands at its ends."""

    values: Sequence[float]
    starts: str
    ends: str
    highest: str
    latest: str
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()


@register.simple_tag
def sparkline(values: Sequence[float], label: str = "") -> SafeString:
    """`{% sparkline tile.values "Orders per day" %}`: a line in 100 by 32 units, stretched to its place.

    Without a label it is decoration beside a figure that says the same.
    """
    if len(values) < 2:
        return SafeString("")
    path = svg_path(plot(values, width=100, height=32))
    name = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="sparkline" viewBox="0 0 100 32" preserveAspectRatio="none" {}>'
        '<path d="{}L100 32L0 32Z" fill="currentColor" opacity=".09"/>'
        '<path d="{}" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"'
        ' vector-effect="non-scaling-stroke"/></svg>',
        name, path, path,
    )  # fmt: skip


@register.inclusion_tag("web/components/bar_chart.html")
def bar_chart(bars: Sequence[Bar], label: str) -> dict[str, object]:
    """`{% bar_chart reasons "Returns by reason" %}`: lying bars from zero, each labelled directly."""
    largest = max((bar.value for bar in bars), default=0)
    rows = [{"bar": bar, "length": round(100 * bar.value / largest, 2) if largest > 0 else 0} for bar in bars]
    return {"rows": rows, "label": label}


@register.inclusion_tag("web/components/line_chart.html")
def line_chart(line: Line, label: str) -> dict[str, object]:
    """`{% line_chart on_time "On time, by week" %}`: a line from zero, with its interval behind it."""
    drawn = len(line.values) > 1
    return {
        "label": label,
        "line": line,
        "path": svg_path(_from_zero(line, line.values)) if drawn else "",
        "band": f"{svg_path([*_from_zero(line, line.upper), *reversed(_from_zero(line, line.lower))])}Z"
        if drawn and line.upper
        else "",
    }


def plot(
    values: Sequence[float], *, width: float, height: float, floor: float | None = None, ceiling: float | None = None
) -> list[Point]:
    """Where each value lies, evenly spaced from left to right; two units stay free above and below.

    Without `floor` and `ceiling` the values fill the height; a line that never changes runs through the middle.
    """
    low = min(values) if floor is None else floor
    high = max(values) if ceiling is None else ceiling
    step = width / (len(values) - 1)

    def down(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return round(height - 2 - share * (height - 4), 2)

    return [(round(index * step, 2), down(value)) for index, value in enumerate(values)]


def svg_path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _from_zero(line: Line, values: Sequence[float]) -> list[Point]:
    top = max((*line.values, *line.upper))
    return plot(values, width=400, height=120, floor=0, ceiling=top)
