"""Why the shopper returns it: a reason, or any that stands below it in the tree."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class ReasonCondition(WordsCondition):
    """True where the reason, or one above it, is one of these."""

    key = "reason"
    label = gettext_noop("Reason")
    hint = gettext_noop("With all reasons below it")
    icon = "message-circle-question"
    is_about_request = True
    phrase = gettext_lazy("returned for %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.request.reasons
