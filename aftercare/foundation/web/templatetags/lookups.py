"""Small reads that Django's templates lack."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(mapping: Mapping[Any, Any], key: object) -> Any:
    """`{{ orders|at:row.order_id }}`: what stands under a key; None where nothing does."""
    return mapping.get(key)


@register.filter
def last_line(text: str) -> str:
    """`{{ parked.error|last_line }}`: of a traceback, what went wrong."""
    return text.strip().rpartition("\n")[2]
