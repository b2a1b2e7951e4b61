"""Renders a piece of template the way a page would."""

from django.template import Context, Template

LIBRARIES = "{% load amounts brand charts icons moments %}"


def render(source: str, **context: object) -> str:
    return Template(LIBRARIES + source).render(Context(context))
