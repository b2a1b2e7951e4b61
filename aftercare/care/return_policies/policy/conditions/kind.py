"""What the line is."""

from collections.abc import Collection

from django.utils.translation import gettext_noop

from aftercare.care.return_policies.policy.condition_bases import ChoicesCondition, choices_of
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.vocabulary import LineKind


@register
class KindCondition(ChoicesCondition):
    """True where it is one of these."""

    key = "kind"
    label = gettext_noop("Kind of thing")
    hint = gettext_noop("Goods, services or downloads")
    icon = "layers"
    Config = choices_of(LineKind)
    phrase = "%(words)s"
    offered = LineKind

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.line.kind,)
