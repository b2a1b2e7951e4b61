"""Whether what was paid for sending it out is paid back."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class OriginalShippingConfig(Settings):
    """Where all of an order goes back."""

    is_refunded: Annotated[bool, Field(title=gettext_noop("Pay it back where all of the order goes back"))] = True


@register
class OriginalShippingEffect(EffectKind[OriginalShippingConfig]):
    """Pays the outbound shipping back, or does not."""

    key = "original_shipping"
    label = gettext_noop("Original shipping")
    hint = gettext_noop("Whether it is paid back, too")
    icon = "truck"
    Config = OriginalShippingConfig

    def describe(self, config: OriginalShippingConfig) -> str:
        if config.is_refunded:
            return _("What you paid for shipping is paid back where all of the order goes back")
        return _("What you paid for shipping is not paid back")

    def rulings(self, config: OriginalShippingConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.SHIPPING), config.is_refunded)]
