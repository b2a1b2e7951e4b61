"""One thing worth knowing."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class Tip(GuideKind):
    """Short enough for a message."""

    key = "tip"
    label = _("Tip")
    hint = gettext_noop("One thing worth knowing, short enough for a message.")
    icon = "lightbulb"
    position = 35
