"""Icons from the sprite, and badges: a state in a word with its colour."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

TONES = frozenset({"neutral", "brand", "good", "attention", "problem", "information"})
HIDDEN = SafeString('aria-hidden="true"')
# Besides those that name a side, these too are turned round where the text runs from right to left.
DIRECTED = frozenset({"external-link", "list-checks", "log-out", "redo-2", "reply", "send", "truck", "undo-2"})


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`{% icon "truck" %}` beside words, `{% icon "truck" "Shipped" %}` where it stands alone; `css` adds classes.

    An icon without a label is hidden from screen readers, since the words beside it say the same.
    """
    directed = "left" in name or "right" in name or name in DIRECTED
    classes = " ".join(filter(None, ["icon", "icon-directed" if directed else "", css]))
    name_for_readers = format_html('role="img" aria-label="{}"', label) if label else HIDDEN
    return format_html('<svg class="{}" {}><use href="{}"/></svg>', classes, name_for_readers, _address(name))


@register.simple_tag
def badge(tone: str, label: str, icon_name: str = "") -> SafeString:
    """`{% badge "good" "Delivered" %}`; the tone is one of neutral, brand, good, attention, problem, information."""
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"'{tone}' is not a tone; use one of {', '.join(sorted(TONES))}")
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge tone-{}">{}{}</span>', tone, picture, label)


@lru_cache(maxsize=512)
def _address(name: str) -> str:
    return f"{static('web/built/icons.svg')}#{name}"
