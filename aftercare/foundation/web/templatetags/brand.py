"""The store's colour and logo on its pages: `{% brand_style store %}` in the head of a shell, `{% logo store %}`."""

import base64
from functools import lru_cache
from typing import Protocol

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from aftercare.foundation.kit.colour import INK, Colour, contrast, readable_on, text_on

register = template.Library()

# The cards of the two themes (--color-base-100 in frontend/styles/themes.css), on which the brand must be readable.
LIGHT_SURFACE = Colour.parse("#ffffff")
DARK_SURFACE = Colour.parse("#211f1d")


class Branded(Protocol):
    """What a store lets show of itself; `logo` is SVG."""

    name: str
    brand_color: str
    logo: str


@register.simple_tag(takes_context=True)
def brand_style(context: Context, store: Branded | None) -> SafeString:
    """A style element with the colours of `store`, nothing for pages without one."""
    colour = getattr(store, "brand_color", "")
    if not colour:
        return SafeString("")
    nonce = getattr(context.get("request"), "csp_nonce", "")
    return format_html('<style nonce="{}">{}</style>', str(nonce), brand_css(colour))


@register.simple_tag
def logo(store: Branded) -> SafeString:
    """The store's logo with its name as the alternative, or its name in letters."""
    if not store.logo:
        return format_html("<span>{}</span>", store.name)
    return format_html('<img class="portal-logo" src="{}" alt="{}">', _data_address(store.logo), store.name)


@register.simple_tag
def favicon(store: Branded | None) -> SafeString:
    """The sign in the browser's tab: the store's first letter on its colour, Aftercare's own mark without a store."""
    if not store:
        return format_html('<link rel="icon" href="{}" type="image/svg+xml">', static("web/favicon.svg"))
    return format_html('<link rel="icon" href="{}">', _letter(store.name[:1].upper(), store.brand_color))


def app_icon(store: Branded) -> str:
    """The same sign as a drawing that fills its square, for launchers that cut it to their own shape."""
    return _drawing(store.name[:1].upper(), store.brand_color, radius=0, size=16, baseline=21.6)


@lru_cache(maxsize=256)
def _letter(letter: str, brand_color: str) -> str:
    return _data_address(_drawing(letter, brand_color, radius=8, size=18, baseline=22.5))


def _drawing(letter: str, brand_color: str, *, radius: int, size: int, baseline: float) -> str:
    try:
        brand = Colour.parse(brand_color)
    except ValueError:
        brand = INK
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="{radius}" fill="{brand}"/><text x="16" y="{baseline}" fill="{text_on(brand)}"'
        f' font-family="sans-serif" font-size="{size}" font-weight="600" text-anchor="middle">'
        f"{escape(letter)}</text></svg>"
    )


@lru_cache(maxsize=256)
def _data_address(svg: str) -> str:
    # Inside an image a drawing can neither run scripts nor fetch anything, whoever uploaded it.
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


@lru_cache(maxsize=1024)
def brand_css(brand_color: str) -> SafeString:
    """The custom properties for light and dark.

    `--brand` fills buttons and stands out from the card by 3, `--brand-content` is the text on it,
    `--brand-ink` is the brand as text and reaches 4.5 even on a wash of itself. What is no colour leaves the default.
    """
    try:
        brand = Colour.parse(brand_color)
    except ValueError:
        return SafeString("")
    light, dark = _properties(brand, LIGHT_SURFACE), _properties(brand, DARK_SURFACE)
    return mark_safe(  # noqa: S308 - made of parsed colours only
        f":root{{{light}}}@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
        f":root[data-theme=dark]{{{dark}}}",
    )


def swatch(brand: Colour, surface: Colour) -> dict[str, str | float]:
    """What becomes of a brand colour on a surface, with the contrasts that follow."""
    fill, ink = readable_on(brand, surface, ratio=3), readable_on(brand, surface, ratio=5.5)
    text = text_on(fill)
    return {
        "surface": str(surface),
        "fill": str(fill),
        "text": str(text),
        "ink": str(ink),
        "text_contrast": round(contrast(text, fill), 1),
        "ink_contrast": round(contrast(ink, surface), 1),
        "is_changed": fill != brand,
    }


def _properties(brand: Colour, surface: Colour) -> str:
    fill = readable_on(brand, surface, ratio=3)
    return f"--brand:{fill};--brand-content:{text_on(fill)};--brand-ink:{readable_on(brand, surface, ratio=5.5)}"
