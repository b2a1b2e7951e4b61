"""A tag of the customer."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class CustomerTagCondition(WordsCondition):
    """True where it is one of these."""

    key = "customer_tag"
    label = gettext_noop("Tag of the customer")
    icon = "user"
    phrase = gettext_lazy("customers marked as %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.customer.tags
