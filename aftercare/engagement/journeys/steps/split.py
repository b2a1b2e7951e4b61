"""Two ways on, by whether something is true."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.conditions import ConditionUse, describe_condition, holds_for
from aftercare.engagement.journeys.steps import Sort, Step, register
from aftercare.engagement.journeys.travel import Advance, Move, Traveller


@register
class Split(Step[ConditionUse]):
    """The ways are called "yes" and "no"."""

    key = "split"
    label = gettext_lazy("Split")
    hint = gettext_lazy("Two ways on, by whether something is so")
    icon = "split"
    sort = Sort.ASK
    branches = ("yes", "no")
    Config = ConditionUse

    def describe(self, config: ConditionUse) -> str:
        return _("Split by whether %(condition)s") % {"condition": describe_condition(config)}

    def run(self, batch: Sequence[Traveller], config: ConditionUse, *, now: datetime) -> list[Move]:
        return [
            Advance("yes" if met else "no", branch="yes" if met else "no") for met in holds_for(batch, config, now=now)
        ]
