"""When in the year the order was placed."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.care.return_policies.phrases import day_of_year
from aftercare.care.return_policies.policy.conditions import ConditionKind, Test, register
from aftercare.care.return_policies.year_days import YearDayText, month_and_day


class SeasonConfig(BaseModel):
    """From one day of the year to another, every year; over New Year too. Days are those of UTC."""

    model_config = ConfigDict(extra="forbid")
    first: Annotated[YearDayText, Field(title=gettext_noop("From"), description=gettext_noop("Month and day: 11-01."))]
    last: Annotated[YearDayText, Field(title=gettext_noop("To"), description=gettext_noop("Month and day: 12-24."))]


@register
class SeasonCondition(ConditionKind[SeasonConfig]):
    """True where the order was placed on one of these days."""

    key = "season"
    label = gettext_noop("Time of the year")
    hint = gettext_noop("When the order was placed")
    icon = "calendar-range"
    Config = SeasonConfig

    def describe(self, config: SeasonConfig) -> str:
        days = [day_of_year(*month_and_day(text)) for text in (config.first, config.last)]
        return _("bought between %(first)s and %(last)s") % {"first": days[0], "last": days[1]}

    def season(self, config: SeasonConfig) -> tuple[str, str]:
        return config.first, config.last

    def test(self, config: SeasonConfig) -> Test:
        first, last = month_and_day(config.first), month_and_day(config.last)
        if first <= last:
            return lambda facts: first <= (facts.order.placed_at.month, facts.order.placed_at.day) <= last
        return lambda facts: not last < (facts.order.placed_at.month, facts.order.placed_at.day) < first
