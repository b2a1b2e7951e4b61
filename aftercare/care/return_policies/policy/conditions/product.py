"""A product by its id, or a variant by its SKU."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class ProductCondition(WordsCondition):
    """True where it is one of these."""

    key = "product"
    label = gettext_noop("Product")
    hint = gettext_noop("By product id or SKU")
    icon = "package"
    phrase = gettext_lazy("the products %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.line.product, facts.line.sku)
