"""How many orders the customer has placed."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import NumberCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class OrdersPlacedCondition(NumberCondition):
    """True where the number is within the bound."""

    key = "orders_placed"
    label = gettext_noop("Orders of the customer")
    icon = "shopping-bag"
    phrase = gettext_lazy("%(number)s orders so far")

    def found(self, facts: ReturnFacts) -> int | None:
        return facts.customer.orders
