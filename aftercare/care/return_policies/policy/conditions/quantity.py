"""How many pieces of the line go back."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import NumberCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class QuantityCondition(NumberCondition):
    """True where the number is within the bound."""

    key = "quantity"
    label = gettext_noop("Pieces returned")
    icon = "boxes"
    is_about_request = True
    phrase = gettext_lazy("%(number)s pieces sent back")

    def found(self, facts: ReturnFacts) -> int | None:
        return facts.request.quantity
