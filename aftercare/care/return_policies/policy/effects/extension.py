"""Longer than the window: at least until a day of the year, as for gifts bought before the holidays."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import day_of_year
from aftercare.care.return_policies.policy.effect_bases import Settings, SomeOutcomes, of_what, those
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing, YearDay
from aftercare.care.return_policies.vocabulary import Aspect
from aftercare.care.return_policies.year_days import YearDayText, month_and_day


class ExtensionConfig(Settings):
    """The first such day after the order; a window that ends later stays as it is."""

    outcomes: SomeOutcomes = ()
    until: Annotated[
        YearDayText, Field(title=gettext_noop("At least until"), description=gettext_noop("Month and day: 01-31."))
    ]


@register
class ExtensionEffect(EffectKind[ExtensionConfig]):
    """Keeps windows open until a day."""

    key = "extension"
    label = gettext_noop("Holiday extension")
    hint = gettext_noop("At least until a day of the year")
    icon = "calendar-plus"
    Config = ExtensionConfig

    def describe(self, config: ExtensionConfig) -> str:
        return of_what(
            config.outcomes, _("at least until %(day)s") % {"day": day_of_year(*month_and_day(config.until))}
        )

    def open_until(self, config: ExtensionConfig) -> str:
        return config.until

    def rulings(self, config: ExtensionConfig) -> Sequence[Ruling]:
        day = YearDay(*month_and_day(config.until))
        return [Ruling(Thing(Aspect.EXTENSION, outcome), day) for outcome in those(config.outcomes)]
