"""A discount code of the order."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class DiscountCodeCondition(WordsCondition):
    """True where it is one of these."""

    key = "discount_code"
    label = gettext_noop("Discount code")
    hint = gettext_noop("A code that was used")
    icon = "ticket-percent"
    phrase = gettext_lazy("bought with the code %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.order.codes
