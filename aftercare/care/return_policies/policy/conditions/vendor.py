"""The brand of the product."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class VendorCondition(WordsCondition):
    """True where it is one of these."""

    key = "vendor"
    label = gettext_noop("Brand")
    icon = "factory"
    phrase = gettext_lazy("from %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.line.vendor,)
