"""When what was agreed is carried out."""

from collections.abc import Sequence
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from aftercare.care.return_policies.policy.effect_bases import Settings, SomeOutcomes, of_what, those
from aftercare.care.return_policies.policy.effects import EffectKind, register
from aftercare.care.return_policies.policy.rulings import Ruling, Thing
from aftercare.care.return_policies.vocabulary import Aspect, Processing
from aftercare.foundation.kit.choices import Choices


class ProcessingConfig(Settings):
    """By an event of the way back."""

    outcomes: SomeOutcomes = ()
    event: Annotated[Processing, Field(title=gettext_noop("When")), Choices(lambda: Processing.choices)]


@register
class ProcessingEffect(EffectKind[ProcessingConfig]):
    """Sets when money or goods go out."""

    key = "processing"
    label = gettext_noop("When it is carried out")
    hint = gettext_noop("First scan, back with us, or inspected")
    icon = "clock"
    Config = ProcessingConfig

    def describe(self, config: ProcessingConfig) -> str:
        return of_what(config.outcomes, _("It is carried out %(when)s") % {"when": config.event.label})

    def rulings(self, config: ProcessingConfig) -> Sequence[Ruling]:
        return [Ruling(Thing(Aspect.PROCESSING, outcome), config.event) for outcome in those(config.outcomes)]
