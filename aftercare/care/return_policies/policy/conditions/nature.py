"""What the thing is by its nature."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import ChoicesCondition, choices_of
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.vocabulary import Nature


@register
class NatureCondition(ChoicesCondition):
    """True where it is one of these."""

    key = "nature"
    label = gettext_noop("Nature of the thing")
    hint = gettext_noop("Personalised, sealed for hygiene, final sale …")
    icon = "gem"
    Config = choices_of(Nature)
    phrase = gettext_lazy("things that are %(words)s")
    offered = Nature

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return facts.line.natures
