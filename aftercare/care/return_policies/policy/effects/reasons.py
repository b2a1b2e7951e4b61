"""Which reasons shoppers are offered."""

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


class ReasonsConfig(Settings):
    """A group of reasons by its key."""

    group: Annotated[Key, Field(title=gettext_noop("Group of reasons"))]


@register
class ReasonsEffect(EffectKind[ReasonsConfig]):
    """Offers the reasons of a group."""

    key = "reasons"
    label = gettext_noop("Reasons to choose from")
    hint = gettext_noop("A group of reasons")
    icon = "list-tree"
    is_internal = True
    Config = ReasonsConfig

    def describe(self, config: ReasonsConfig) -> str:
        return _("reasons of the group %(group)s") % {"group": config.group}

    def rulings(self, config: ReasonsConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.REASONS), config.group)]
