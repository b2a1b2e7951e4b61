"""What keeps it well."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class Care(GuideKind):
    """Read from time to time."""

    key = "care"
    label = _("Care")
    hint = gettext_noop("What keeps it well for long.")
    icon = "heart-pulse"
    position = 30
