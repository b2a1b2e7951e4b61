"""What holds for everybody."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class Policy(GuideKind):
    """Terms, returns, guarantees."""

    key = "policy"
    label = _("Terms")
    hint = gettext_noop("What holds for everybody, such as how to send something back.")
    icon = "scale"
    position = 60
    shows_use = False
