"""No fees at all."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Cost, Part, Ruling, Thing
from aftercare.care.return_policies.vocabulary import SENT_BY, Aspect, Outcome


class WaiveConfig(Settings):
    """Nothing to set."""


@register
class WaiveEffect(EffectKind[WaiveConfig]):
    """Sending back is free, and nothing is kept back."""

    key = "waive"
    label = gettext_noop("Free of charge")
    hint = gettext_noop("No fee of any kind")
    icon = "badge-check"
    Config = WaiveConfig

    def describe(self, config: WaiveConfig) -> str:  # noqa: ARG002 -- the base's signature
        return _("Returning is free")

    def rulings(self, config: WaiveConfig) -> Sequence[Ruling]:  # noqa: ARG002 -- the base's signature
        return [
            *(Ruling(Thing(Aspect.POSTAGE, method), Cost(0)) for method in SENT_BY),
            *(Ruling(Thing(Aspect.RESTOCKING, outcome), Part()) for outcome in Outcome),
        ]
