"""What capabilities show on pages that are not theirs.

A *panel* stands on a portal page, a *card* on a console page. Each is a partial template and a function that gives its
context for a batch of one: the thing the page is about. `None` means: nothing to show here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

Context = Callable[[Any, HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """`place` names page and slot, such as `portal.order.main` or `console.customer.side`."""

    place: str
    key: str
    position: int
    template: str
    context: Context


_panels: dict[tuple[str, str], Panel] = {}


def register_panel(panel: Panel) -> None:
    """Show a panel at its place; a second one of the same key there is refused."""
    assert (panel.place, panel.key) not in _panels, f"two panels '{panel.key}' at {panel.place}"
    _panels[panel.place, panel.key] = panel


def render_panels(*, place: str, about: object, request: HttpRequest) -> list[str]:
    """The panels of a place that have something to show, in their order, as safe HTML."""
    shown: list[str] = []
    for panel in sorted(
        (panel for panel in _panels.values() if panel.place == place), key=lambda panel: panel.position
    ):
        context = panel.context(about, request)
        if context is not None:
            shown.append(render_to_string(panel.template, context, request))
    return shown
