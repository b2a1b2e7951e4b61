"""Sentences in which what was chosen stands out."""

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
_QUOTED = re.compile("“([^“”]*)”")


@register.filter
def emphasised(sentence: str) -> SafeString:
    """`{{ step.text|emphasised }}`: what stands in quotation marks, in bold instead."""
    return mark_safe(_QUOTED.sub(r"<strong>\1</strong>", escape(sentence)))  # noqa: S308 -- escaped right here
