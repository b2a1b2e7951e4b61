"""What the event that started the journey said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.conditions import ConditionKind, register
from aftercare.engagement.journeys.travel import Traveller


class EventDataConfig(BaseModel):
    """`field` of the event's data equals one of `values`."""

    model_config = ConfigDict(extra="forbid")
    field: Annotated[
        str,
        Field(
            title=gettext_noop("Detail"), description=gettext_noop("Its name, as the event carries it."), max_length=60
        ),
    ]
    values: Annotated[
        tuple[str | int | bool, ...],
        Field(title=gettext_noop("Is one of"), description=gettext_noop("Separated by commas."), min_length=1),
    ]


@register
class EventData(ConditionKind[EventDataConfig]):
    """True where the starting event's field has one of these values."""

    key = "event_data"
    label = gettext_lazy("Detail of the event")
    settled = True
    Config = EventDataConfig

    def describe(self, config: EventDataConfig) -> str:
        return _("the event's “%(field)s” is %(values)s") % _words(config)

    def describe_opposite(self, config: EventDataConfig) -> str:
        return _("the event's “%(field)s” is not %(values)s") % _words(config)

    def test(self, batch: Sequence[Traveller], config: EventDataConfig, *, now: datetime) -> list[bool]:  # noqa: ARG002 -- the base's signature
        return [traveller.data.get(config.field) in config.values for traveller in batch]


def _words(config: EventDataConfig) -> dict[str, str]:
    return {"field": config.field, "values": _(" or ").join(str(value) for value in config.values)}
