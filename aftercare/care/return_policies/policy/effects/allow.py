"""What a shopper can choose."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import words_and
from aftercare.care.return_policies.policy.effect_bases import Settings, SomeOutcomes
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Permit, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect


class AllowConfig(Settings):
    """These outcomes."""

    outcomes: Annotated[SomeOutcomes, Field(title=gettext_noop("What"), description="", min_length=1)]


@register
class AllowEffect(EffectKind[AllowConfig]):
    """Offers outcomes."""

    key = "allow"
    label = gettext_noop("Offer")
    hint = gettext_noop("Refund, credit, exchange …")
    icon = "circle-check"
    Config = AllowConfig

    def describe(self, config: AllowConfig) -> str:
        return _("You can choose: %(what)s") % {"what": words_and(one.label for one in config.outcomes)}

    def rulings(self, config: AllowConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.OUTCOME, outcome), Permit(is_given=True)) for outcome in config.outcomes]
