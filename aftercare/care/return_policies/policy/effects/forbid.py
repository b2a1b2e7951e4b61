"""What a shopper cannot choose, and why."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import words_and
from aftercare.care.return_policies.policy.effect_bases import Settings, ShopperReason, SomeOutcomes
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Permit, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class ForbidConfig(Settings):
    """These outcomes, with a reason."""

    outcomes: Annotated[SomeOutcomes, Field(title=gettext_noop("What"), description="", min_length=1)]
    reason: ShopperReason = ""


@register
class ForbidEffect(EffectKind[ForbidConfig]):
    """Does not offer outcomes."""

    key = "forbid"
    label = gettext_noop("Do not offer")
    hint = gettext_noop("Some of what could be chosen")
    icon = "circle-slash"
    Config = ForbidConfig

    def describe(self, config: ForbidConfig) -> str:
        words = _("Not possible: %(what)s.") % {"what": words_and(one.label for one in config.outcomes)}
        return f"{words} {config.reason}".strip()

    def rulings(self, config: ForbidConfig) -> Sequence[Ruling]:
        permit = Permit(is_given=False, reason=config.reason)
        return [Ruling(Thing(Aspect.OUTCOME, outcome), permit) for outcome in config.outcomes]
