"""No return at all, and why."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from aftercare.care.return_policies.policy.effect_bases import Settings, ShopperReason
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Permit, Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect, Outcome


class RejectConfig(Settings):
    """With a reason."""

    reason: ShopperReason


@register
class RejectEffect(EffectKind[RejectConfig]):
    """Offers nothing."""

    key = "reject"
    label = gettext_noop("Reject")
    hint = gettext_noop("It cannot be returned, and why")
    icon = "ban"
    Config = RejectConfig

    def describe(self, config: RejectConfig) -> str:
        return _("Cannot be returned. %(reason)s") % {"reason": config.reason}

    def rulings(self, config: RejectConfig) -> Sequence[Ruling]:
        permit = Permit(is_given=False, reason=config.reason)
        return [Ruling(Thing(Aspect.OUTCOME, outcome), permit) for outcome in Outcome]
