"""How many orders the customer has placed that were not cancelled."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.segments.asking import Passing, Question
from aftercare.engagement.segments.choices import bound_choices, days_in_words, number_in_words
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.engagement.segments.purchases import aged_purchases, buyers
from aftercare.engagement.segments.touching import PURCHASES
from aftercare.engagement.segments.vocabulary import Bound
from aftercare.foundation.kit.choices import Choices


class OrdersConfig(BaseModel):
    """A number of orders; without a window, ever."""

    model_config = ConfigDict(extra="forbid")
    bound: Annotated[Bound, Field(title=gettext_noop("How many")), Choices(bound_choices)] = Bound.AT_LEAST
    count: Annotated[int, Field(title=gettext_noop("Orders"), ge=0, le=1_000_000)] = 1
    within_days: Annotated[
        int | None,
        Field(title=gettext_noop("In the last so many days"), description=gettext_noop("Empty: ever."), ge=1, le=3650),
    ] = None


@register
class Orders(ConditionKind[OrdersConfig]):
    """True where they are so many."""

    key = "orders"
    label = gettext_lazy("Number of orders")
    hint = gettext_lazy("Those that were not cancelled")
    icon = "shopping-bag"
    Config = OrdersConfig

    def describe(self, config: OrdersConfig) -> str:
        return _("has “%(count)s orders”%(days)s") % _words(config)

    def describe_opposite(self, config: OrdersConfig) -> str:
        return _("does not have “%(count)s orders”%(days)s") % _words(config)

    def holds(self, config: OrdersConfig, question: Question) -> str:
        def at_least(number: int) -> str:
            if number <= 0:
                return "TRUE"
            enough = f"count(*) >= {question.value(number)}" if number > 1 else ""
            return buyers(question, days=config.within_days, having=enough)

        match config.bound:
            case Bound.AT_LEAST:
                return at_least(config.count)
            case Bound.AT_MOST:
                return f"NOT {at_least(config.count + 1)}"
            case Bound.EXACTLY:
                return f"({at_least(config.count)} AND NOT {at_least(config.count + 1)})"

    def touched_by(self, config: OrdersConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return PURCHASES

    def shifted(self, config: OrdersConfig, passing: Passing) -> Sequence[str]:
        return aged_purchases(passing, days=config.within_days)


def _words(config: OrdersConfig) -> dict[str, str]:
    return {"count": number_in_words(config.bound, config.count), "days": days_in_words(config.within_days)}
