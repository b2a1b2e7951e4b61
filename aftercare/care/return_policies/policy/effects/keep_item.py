"""Whose thing is worth little keeps it, and is refunded."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import amount
from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Permit, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect, Outcome
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.kit.schema import Currency


class KeepItemConfig(Settings):
    """Where what goes back is worth at most so much."""

    amount: Annotated[Decimal, Field(title=gettext_noop("Worth at most"), ge=0, le=1_000_000)]
    currency: Annotated[Currency, Field(title=gettext_noop("Currency"))]

    @property
    def minor(self) -> int:
        return minor_units(self.amount, self.currency, field="amount")


@register
class KeepItemEffect(EffectKind[KeepItemConfig]):
    """Offers a refund without sending anything back."""

    key = "keep_item"
    label = gettext_noop("Keep it, and be refunded")
    hint = gettext_noop("Where it is worth little")
    icon = "package-check"
    Config = KeepItemConfig

    def describe(self, config: KeepItemConfig) -> str:
        words = _("Worth at most %(amount)s: you are refunded and need not send it back")
        return words % {"amount": amount(config.minor, config.currency)}

    def rulings(self, config: KeepItemConfig) -> Sequence[Ruling]:
        return [
            Ruling(Thing(Aspect.OUTCOME, Outcome.KEEP_ITEM), Permit(is_given=True), config.currency),
            Ruling(Thing(Aspect.KEEP_UNDER), config.minor, config.currency),
        ]
