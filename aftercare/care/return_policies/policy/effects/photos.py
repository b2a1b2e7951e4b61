"""Photos that are needed."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext_noop, ngettext
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class PhotosConfig(Settings):
    """So many."""

    number: Annotated[int, Field(title=gettext_noop("At least"), ge=0, le=10)] = 1


@register
class PhotosEffect(EffectKind[PhotosConfig]):
    """Asks for photos."""

    key = "photos"
    label = gettext_noop("Photos")
    hint = gettext_noop("How many are needed")
    icon = "camera"
    Config = PhotosConfig

    def describe(self, config: PhotosConfig) -> str:
        words = ngettext("at least %(n)d photo is needed", "at least %(n)d photos are needed", config.number)
        return words % {"n": config.number}

    def rulings(self, config: PhotosConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.PHOTOS), config.number)]
