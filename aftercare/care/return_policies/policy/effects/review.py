"""Somebody looks at it first."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class ReviewConfig(Settings):
    """Or nobody has to."""

    is_needed: Annotated[bool, Field(title=gettext_noop("Somebody decides it"))] = True


@register
class ReviewEffect(EffectKind[ReviewConfig]):
    """Lets staff decide."""

    key = "review"
    label = gettext_noop("Review by staff")
    hint = gettext_noop("Before anything is agreed")
    icon = "user-check"
    is_internal = True
    Config = ReviewConfig

    def describe(self, config: ReviewConfig) -> str:
        return _("We look at it before we agree") if config.is_needed else _("Agreed at once")

    def rulings(self, config: ReviewConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.REVIEW), config.is_needed)]
