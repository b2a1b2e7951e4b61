"""Questions and answers."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register


@register
class Faq(GuideKind):
    """Each heading of the text is a question, and what follows it its answer."""

    key = "faq"
    label = _("Questions and answers")
    hint = gettext_noop("Each heading is a question, what follows it the answer.")
    icon = "circle-help"
    position = 40
    shows_use = False
    template = "content/portal/kinds/questions.html"
