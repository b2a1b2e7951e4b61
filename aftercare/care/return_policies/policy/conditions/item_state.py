"""What the shopper says of the thing."""

from collections.abc import Collection

from django.utils.translation import gettext_lazy, gettext_noop

from aftercare.care.return_policies.policy.condition_bases import ChoicesCondition, ChoicesConfig, choices_of
from aftercare.care.return_policies.policy.conditions import register
from aftercare.care.return_policies.policy.facts import ReturnFacts
from aftercare.care.return_policies.vocabulary import ItemState

_SAID = {
    ItemState.UNOPENED: gettext_lazy("You told us it is unopened."),
    ItemState.OPENED: gettext_lazy("You told us it was opened."),
    ItemState.USED: gettext_lazy("You told us it was used."),
    ItemState.DAMAGED: gettext_lazy("You told us it is damaged."),
}


@register
class ItemStateCondition(ChoicesCondition):
    """True where it is one of these."""

    key = "item_state"
    label = gettext_noop("What they say of the thing")
    hint = gettext_noop("Unopened, opened, used or damaged")
    icon = "package-open"
    is_about_request = True
    Config = choices_of(ItemState)
    phrase = gettext_lazy("things that are %(words)s")
    offered = ItemState

    def found(self, facts: ReturnFacts) -> Collection[str]:
        return (facts.request.state,)

    def said(self, config: ChoicesConfig, facts: ReturnFacts) -> str:  # noqa: ARG002 -- the base's signature
        return str(_SAID[facts.request.state])
