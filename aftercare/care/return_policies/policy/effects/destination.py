"""Where things go back to."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect
from aftercare.foundation.kit.schema import Key


class DestinationConfig(Settings):
    """A place by the name the shop has for it."""

    place: Annotated[Key, Field(title=gettext_noop("Place"))]


@register
class DestinationEffect(EffectKind[DestinationConfig]):
    """Sends it to a place."""

    key = "destination"
    label = gettext_noop("Goes back to")
    hint = gettext_noop("A warehouse or shop by its name")
    icon = "warehouse"
    is_internal = True
    Config = DestinationConfig

    def describe(self, config: DestinationConfig) -> str:
        return _("goes back to %(place)s") % {"place": config.place}

    def rulings(self, config: DestinationConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.DESTINATION), config.place)]
