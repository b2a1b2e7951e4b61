"""How often the customer returned something in the last twelve months."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import NumberCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class ReturnsMadeCondition(NumberCondition):
    """True where the number is within the bound."""

    key = "returns_made"
    label = gettext_noop("Returns in twelve months")
    icon = "undo-2"
    phrase = gettext_lazy("%(number)s returns in the last twelve months")

    def found(self, facts: ReturnFacts) -> int | None:
        return facts.customer.returns
