"""Until when something can be had: so many days from the delivery or the order."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_noop, ngettext
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings, SomeOutcomes, of_what, those
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Days, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Anchor, Aspect
from aftercare.foundation.kit.choices import Choices


class WindowConfig(Settings):
    """Days, counted from the day after the delivery or the order, until the end of the last."""

    outcomes: SomeOutcomes = ()
    days: Annotated[int, Field(title=gettext_noop("Days"), ge=0, le=3650)]
    counted_from: Annotated[
        Anchor, Field(title=gettext_noop("Counted from")), Choices(lambda: Anchor.choices)
    ] = Anchor.DELIVERED  # fmt: skip


@register
class WindowEffect(EffectKind[WindowConfig]):
    """Sets the window of outcomes."""

    key = "window"
    label = gettext_noop("Window")
    hint = gettext_noop("So many days from delivery or order")
    icon = "calendar-days"
    Config = WindowConfig

    def describe(self, config: WindowConfig) -> str:
        words = ngettext(
            "until %(n)d day after %(anchor)s", "until %(n)d days after %(anchor)s", config.days
        ) % {"n": config.days, "anchor": config.counted_from.label}  # fmt: skip
        return of_what(config.outcomes, words)

    def rulings(self, config: WindowConfig) -> Sequence[Ruling]:
        window = Days(config.days, config.counted_from)
        return [Ruling(Thing(Aspect.WINDOW, outcome), window) for outcome in those(config.outcomes)]
