"""Go on only if something is true; otherwise the journey is over."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.conditions import ConditionUse, describe_condition, holds_for
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Exit, Move, Traveller


@register
class Condition(Step[ConditionUse]):
    """Looked at when the traveller gets here, not at entry."""

    key = "condition"
    label = gettext_lazy("Only if")
    hint = gettext_lazy("Go on only where something is so")
    icon = "filter"
    sort = Sort.ASK
    Config = ConditionUse

    def describe(self, config: ConditionUse) -> str:
        return _("Go on only if %(condition)s") % {"condition": describe_condition(config)}

    def run(self, batch: Sequence[Traveller], config: ConditionUse, *, now: datetime) -> list[Move]:
        why = describe_condition(config)
        return [
            Advance("met") if met else Exit("condition", _("Not so: %(condition)s") % {"condition": why})
            for met in holds_for(batch, config, now=now)
        ]
