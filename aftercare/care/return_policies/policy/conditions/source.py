"""Where the order was placed."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class SourceCondition(WordsCondition):
    """True where it is one of these."""

    key = "source"
    label = gettext_noop("Channel")
    hint = gettext_noop("Where it was bought")
    icon = "store"
    phrase = gettext_lazy("bought through %(words)s")

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.order.source,)
