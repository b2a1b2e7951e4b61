"""What the order was worth."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import AmountCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class OrderValueCondition(AmountCondition):
    """True where the amount is within the bound; orders in other currencies do not fit."""

    key = "order_value"
    label = gettext_noop("Value of the order")
    icon = "banknote"
    phrase = gettext_lazy("orders worth %(number)s")

    def found(self, facts: ReturnFacts) -> int:
        return facts.order.total
