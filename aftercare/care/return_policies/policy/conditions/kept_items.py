"""How often the customer was refunded and kept the thing."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import NumberCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class KeptItemsCondition(NumberCondition):
    """True where the number is within the bound."""

    key = "kept_items"
    label = gettext_noop("Refunded without sending back")
    icon = "package-check"
    phrase = gettext_lazy("%(number)s times refunded without sending anything back")

    def found(self, facts: ReturnFacts) -> int | None:
        return facts.customer.kept_items
