"""How much of what they bought the customer returned, in percent."""

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import NumberCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class ReturnRateCondition(NumberCondition):
    """True where the number is within the bound."""

    key = "return_rate"
    label = gettext_noop("Return rate")
    icon = "percent"
    phrase = gettext_lazy("%(number)s percent of what they bought returned")

    def found(self, facts: ReturnFacts) -> int | None:
        return facts.customer.return_rate
