"""How things can go back."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.phrases import words_and
from aftercare.care.return_policies.policy.effect_bases import Settings
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Permit, Ruling, Thing
from aftercare.care.return_policies.vocabulary import SENT_BY, Aspect, Method
from aftercare.foundation.kit.choices import Choices, Offer


def _methods() -> Offer:
    return [(method.value, method.label) for method in SENT_BY]


class MethodsConfig(Settings):
    """These, or all but these."""

    methods: Annotated[
        tuple[Method, ...], Field(title=gettext_noop("How"), min_length=1), Choices(_methods)
    ]  # fmt: skip
    excluded: Annotated[bool, Field(title=gettext_noop("Not by these"))] = False


@register
class MethodsEffect(EffectKind[MethodsConfig]):
    """Offers ways of sending back, or takes them away."""

    key = "methods"
    label = gettext_noop("Ways to send it back")
    hint = gettext_noop("Label, drop-off, pick-up, own carrier, in store")
    icon = "truck"
    Config = MethodsConfig

    def describe(self, config: MethodsConfig) -> str:
        words = _("It cannot go back by: %(how)s") if config.excluded else _("It can go back by: %(how)s")
        return words % {"how": words_and(method.label for method in config.methods)}

    def rulings(self, config: MethodsConfig) -> Sequence[Ruling]:
        permit = Permit(is_given=not config.excluded)
        return [Ruling(Thing(Aspect.METHOD, method), permit) for method in config.methods]
