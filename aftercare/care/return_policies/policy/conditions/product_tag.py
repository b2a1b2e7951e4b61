"""A tag of the product."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class ProductTagCondition(WordsCondition):
    """True where it is one of these."""

    key = "product_tag"
    label = gettext_noop("Tag of the product")
    icon = "tags"
    phrase = gettext_lazy("products marked as %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.line.tags
