"""What sending back costs the shopper."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import amount, words_and
from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Cost, Ruling, Thing
from aftercare.care.return_policies.vocabulary import SENT_BY, Aspect, Method
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.kit.schema import Currency


def _methods() -> Offer:
    return [(method.value, method.label) for method in SENT_BY]


class PostageConfig(Settings):
    """An amount for each return; whoever received something wrong or broken pays nothing unless it is asked always."""

    methods: Annotated[
        tuple[Method, ...],
        Field(title=gettext_noop("How"), description=gettext_noop("Nothing ticked: in every way.")),
        Choices(_methods),
    ] = ()
    amount: Annotated[Decimal, Field(title=gettext_noop("Amount"), ge=0, le=1_000_000)]
    currency: Annotated[Currency, Field(title=gettext_noop("Currency"))]
    always: Annotated[bool, Field(title=gettext_noop("Also where the shop made the mistake"))] = False

    @property
    def minor(self) -> int:
        return minor_units(self.amount, self.currency, field="amount")


@register
class PostageEffect(EffectKind[PostageConfig]):
    """Takes the cost of sending back off what is paid back."""

    key = "postage"
    label = gettext_noop("Fee for sending it back")
    hint = gettext_noop("An amount per return")
    icon = "receipt"
    Config = PostageConfig

    def describe(self, config: PostageConfig) -> str:
        how, cost = words_and(method.label for method in config.methods), amount(config.minor, config.currency)
        words = _("Sending it back costs %(amount)s") % {"amount": cost}
        return f"{how}: {words}" if how else words

    def rulings(self, config: PostageConfig) -> Sequence[Ruling]:
        cost = Cost(config.minor, always=config.always)
        methods = config.methods or SENT_BY
        return [Ruling(Thing(Aspect.POSTAGE, method), cost, config.currency) for method in methods]
