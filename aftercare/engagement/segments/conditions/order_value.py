"""What the customer's orders are worth, less what was paid back: in all, on average, or the largest."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import age_choices, days_in_words
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.purchases import aged_purchases, buyers
from aftercare.engagement.segments.touching import PURCHASES
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.kit.choices import Choices, Offer
from aftercare.foundation.kit.money import Money, exponent, minor_units
from aftercare.foundation.kit.schema import Currency


class Measure(StrEnum):
    """Of the orders' amounts."""

    TOTAL = "total"
    AVERAGE = "average"
    LARGEST = "largest"


_MEASURES = {
    Measure.TOTAL: (gettext_lazy("All orders together"), "sum"),
    Measure.AVERAGE: (gettext_lazy("An order on average"), "avg"),
    Measure.LARGEST: (gettext_lazy("The largest order"), "max"),
}


def _measures() -> Offer:
    return [(measure.value, label) for measure, (label, _function) in _MEASURES.items()]


class OrderValueConfig(BaseModel):
    """At least or at most an amount in major units. Who has no order in that currency does not fit."""

    model_config = ConfigDict(extra="forbid")
    measure: Annotated[Measure, Field(title=gettext_noop("What")), Choices(_measures)] = Measure.TOTAL
    bound: Annotated[Literal[Bound.AT_LEAST, Bound.AT_MOST], Field(title=gettext_noop("Is")), Choices(age_choices)] = (
        Bound.AT_LEAST
    )
    amount: Annotated[Decimal, Field(title=gettext_noop("Amount"), ge=0, le=1_000_000_000)]
    currency: Annotated[Currency, Field(title=gettext_noop("Currency"))] = "EUR"
    within_days: Annotated[
        int | None,
        Field(title=gettext_noop("In the last so many days"), description=gettext_noop("Empty: ever."), ge=1, le=3650),
    ] = None


@register
class OrderValue(ConditionKind[OrderValueConfig]):
    """True where they are worth so much."""

    key = "order_value"
    label = gettext_lazy("Worth of orders")
    hint = gettext_lazy("In all, on average, or the largest")
    icon = "banknote"
    Config = OrderValueConfig

    def describe(self, config: OrderValueConfig) -> str:
        return _sentence(config, _("%(what)s%(days)s: %(bound)s “%(amount)s”"))

    def describe_opposite(self, config: OrderValueConfig) -> str:
        return _sentence(config, _("%(what)s%(days)s: not %(bound)s “%(amount)s”"))

    def holds(self, config: OrderValueConfig, question: Question) -> str:
        compared = ">=" if config.bound == Bound.AT_LEAST else "<="
        amount = question.value(minor_units(round(config.amount, exponent(config.currency)), config.currency))
        function = _MEASURES[config.measure][1]
        having = f"{function}(p.amount) {compared} {amount}"
        return buyers(question, days=config.within_days, currency=config.currency, having=having)

    def touched_by(self, config: OrderValueConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PURCHASES

    def shifted(self, config: OrderValueConfig, passing: Passing) -> Sequence[str]:
        return aged_purchases(passing, days=config.within_days)


def _sentence(config: OrderValueConfig, sentence: str) -> str:
    currency = config.currency
    amount = Money(minor_units(round(config.amount, exponent(currency)), currency), currency)
    return sentence % {
        "what": _MEASURES[config.measure][0], "days": days_in_words(config.within_days), "bound": config.bound.label,
        "amount": amount.format(get_language() or "en"),
    }  # fmt: skip
