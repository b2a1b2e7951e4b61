"""A segment the customer is in, by its id."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import WordsCondition, WordsConfig
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts


@register
class SegmentCondition(WordsCondition):
    """True where it is one of these."""

    key = "segment"
    label = gettext_noop("Segment")
    hint = gettext_noop("Who they are to the shop")
    icon = "shapes"
    phrase = gettext_lazy("customers in %(words)s")

    def segments(self, config: WordsConfig) -> Sequence[str]:
        return config.words

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.customer.segments
