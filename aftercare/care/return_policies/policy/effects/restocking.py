"""A part of the price that is kept back."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import percent
from aftercare.care.return_policies.policy.effect_bases import (
    Percent,
    Settings,
    SomeOutcomes,
    of_what,
    points_of,
    those,
)
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Part, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class RestockingConfig(Settings):
    """Percent of what was paid; nothing of whoever received something wrong or broken, unless it is asked always."""

    outcomes: SomeOutcomes = ()
    percent: Percent
    always: Annotated[bool, Field(title=gettext_noop("Also where the shop made the mistake"))] = False


@register
class RestockingEffect(EffectKind[RestockingConfig]):
    """Keeps a part back."""

    key = "restocking"
    label = gettext_noop("Restocking fee")
    hint = gettext_noop("Percent of the price")
    icon = "percent"
    Config = RestockingConfig

    def describe(self, config: RestockingConfig) -> str:
        words = _("%(percent)s of the price is kept back") % {"percent": percent(points_of(config.percent))}
        return of_what(config.outcomes, words)

    def rulings(self, config: RestockingConfig) -> Sequence[Ruling]:
        part = Part(points_of(config.percent), always=config.always)
        return [Ruling(Thing(Aspect.RESTOCKING, outcome), part) for outcome in those(config.outcomes)]
