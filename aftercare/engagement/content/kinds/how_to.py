"""One task, step by step."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class HowTo(GuideKind):
    """Its one numbered list is announced to search engines as steps."""

    key = "how_to"
    label = _("How-to")
    hint = gettext_noop("One task; a numbered list becomes its steps.")
    icon = "list-ordered"
    position = 20
    template = "content/portal/kinds/steps.html"
