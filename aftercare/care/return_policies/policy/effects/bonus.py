"""What is added where the money stays with the shop."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field, model_validator

from aftercare.care.return_policies.phrases import amount, percent
from aftercare.care.return_policies.policy.effect_bases import Percent, Settings, of_what, points_of
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Part, Ruling, Thing
from aftercare.care.return_policies.vocabulary import WITH_BONUS, Aspect, Outcome
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.money import minor_units
from aftercare.foundation.kit.schema import Currency


def _outcomes() -> Offer:
    return [(outcome.value, outcome.label) for outcome in WITH_BONUS]


class BonusConfig(Settings):
    """Percent of what is given back, or an amount in a currency, or both."""

    outcomes: Annotated[
        tuple[Outcome, ...],
        Field(title=gettext_noop("Of what"), description=gettext_noop("Nothing ticked: of all these.")),
        Choices(_outcomes),
    ] = ()
    percent: Percent = Decimal(0)
    amount: Annotated[Decimal, Field(title=gettext_noop("Amount"), ge=0, le=1_000_000)] = Decimal(0)
    currency: Annotated[Currency | None, Field(title=gettext_noop("Currency of the amount"))] = None

    @model_validator(mode="after")
    def _has_currency(self) -> "BonusConfig":
        if self.amount and not self.currency:
            message = "an amount needs its currency"
            raise ValueError(message)
        return self

    @property
    def minor(self) -> int:
        return minor_units(self.amount, self.currency, field="amount") if self.currency else 0


@register
class BonusEffect(EffectKind[BonusConfig]):
    """Adds to credit and exchanges."""

    key = "bonus"
    label = gettext_noop("Bonus")
    hint = gettext_noop("On credit or exchange")
    icon = "circle-plus"
    Config = BonusConfig

    def describe(self, config: BonusConfig) -> str:
        parts = [percent(points_of(config.percent)) if config.percent else ""]
        parts.append(amount(config.minor, config.currency) if config.currency and config.amount else "")
        words = _("you get %(bonus)s more") % {"bonus": " + ".join(filter(None, parts)) or percent(0)}
        return of_what(config.outcomes or WITH_BONUS, words)

    def rulings(self, config: BonusConfig) -> Sequence[Ruling]:
        part = Part(points_of(config.percent), config.minor)
        currency = (config.currency or "") if config.amount else ""
        return [Ruling(Thing(Aspect.BONUS, outcome), part, currency) for outcome in config.outcomes or WITH_BONUS]
