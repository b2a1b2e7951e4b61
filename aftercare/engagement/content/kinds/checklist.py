"""Steps that are ticked off one by one."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from aftercare.engagement.content.kinds import GuideKind, register
from aftercare.engagement.content.markdown import guide_body
from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.kit.errors import Invalid

MOST_STEPS = 50


@register
class Checklist(GuideKind):
    """Opened from an order, each step of its one numbered list can be ticked off; what is ticked is kept with the order."""

    key = "checklist"
    label = _("Checklist")
    hint = gettext_noop("One numbered list, whose steps customers tick off; you see where they stop.")
    icon = "list-checks"
    position = 12
    template = "content/portal/kinds/checklist.html"
    can_be_ticked = True

    def check(self, guide: GuideIn) -> None:
        if not 1 <= len(guide_body(guide.body).steps) <= MOST_STEPS:
            raise Invalid(
                "A checklist is one numbered list.", field="body",
                remedy=f"Write one list of 1 to {MOST_STEPS} steps, such as “1. Soak it.”; text may stand around it.",
            )  # fmt: skip
