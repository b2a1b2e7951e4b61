"""A category the product is in."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class CategoryCondition(WordsCondition):
    """True where it is one of these."""

    key = "category"
    label = gettext_noop("Category")
    icon = "folder"
    phrase = gettext_lazy("in %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.line.categories
