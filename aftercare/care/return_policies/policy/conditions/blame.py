"""Whether the reason is the shopper's own decision or the shop's mistake."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import ChoicesCondition, choices_of
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.vocabulary import Blame


@register
class BlameCondition(ChoicesCondition):
    """True where it is one of these."""

    key = "blame"
    label = gettext_noop("Whose doing it is")
    hint = gettext_noop("The shopper decided, or the shop made a mistake")
    icon = "scale"
    is_about_request = True
    Config = choices_of(Blame)
    phrase = gettext_lazy("returned because of %(words)s")
    offered = Blame

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.request.blame,)
