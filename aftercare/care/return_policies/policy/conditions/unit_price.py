"""What was paid for a piece, after discounts."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import AmountCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class UnitPriceCondition(AmountCondition):
    """True where the amount is within the bound; orders in other currencies do not fit."""

    key = "unit_price"
    label = gettext_noop("Price of a piece")
    icon = "coins"
    phrase = gettext_lazy("pieces that cost %(number)s")

    def found(self, facts: ReturnFacts) -> int:
        return facts.line.unit_paid
