"""The first minutes with it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class QuickStart(GuideKind):
    """Its one numbered list is announced to search engines as steps."""

    key = "quick_start"
    label = _("Quick start")
    hint = gettext_noop("What people need on the day it arrives; a numbered list becomes its steps.")
    icon = "rocket"
    position = 10
    template = "content/portal/kinds/steps.html"
