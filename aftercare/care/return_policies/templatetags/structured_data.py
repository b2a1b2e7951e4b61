"""Data for search engines within a page."""

from typing import Any

import orjson
from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_ESCAPES = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


@register.simple_tag
def structured_data(said: dict[str, Any]) -> SafeString:
    """A JSON-LD document as a script element that nobody runs; what could end it is escaped."""
    document = orjson.dumps(said).decode().translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{document}</script>')  # noqa: S308 -- escaped above
