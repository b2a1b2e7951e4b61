"""Go on only if something is true; otherwise the journey is over."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict

from aftercare.engagement.journeys.conditions import describe_condition, holds_for
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Advance, Exit, Move, Traveller


class ConditionConfig(BaseModel):
    """A kind of `conditions` with its settings, or its opposite."""

    model_config = ConfigDict(extra="forbid")
    kind: str
    config: dict[str, Any] = {}
    opposite: bool = False


@register
class Condition(Step[ConditionConfig]):
    """Looked at when the traveller gets here, not at entry."""

    key = "condition"
    label = gettext_lazy("Only if")
    icon = "filter"
    Config = ConditionConfig

    def describe(self, config: ConditionConfig) -> str:
        return _("Go on only if %(condition)s") % {"condition": describe_condition(config)}

    def run(self, batch: Sequence[Traveller], config: ConditionConfig, *, now: datetime) -> list[Move]:
        why = describe_condition(config)
        return [
            Advance("met") if met else Exit("condition", _("Not so: %(condition)s") % {"condition": why})
            for met in holds_for(batch, config, now=now)
        ]
