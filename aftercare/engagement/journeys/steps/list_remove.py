"""Take travellers off a list."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.listing import ListConfig, list_name, written_down
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Move, Traveller
from aftercare.engagement.segments.actions.lists import take_off_list

_DONE = "unlisted"


@register
class TakeOffList(Step[ListConfig]):
    """Whoever is not on it goes on all the same."""

    key = "list_remove"
    label = gettext_lazy("Take off a list")
    hint = gettext_lazy("So that others forget them")
    icon = "list-minus"
    Config = ListConfig

    def describe(self, config: ListConfig) -> str:
        return _("Take the customer off “%(list)s”") % {"list": list_name(config)}

    def run(self, batch: Sequence[Traveller], config: ListConfig, *, now: datetime) -> list[Move]:
        return written_down(
            batch, config, lambda found, ids: take_off_list(segment=found, customer_ids=ids, now=now), done=_DONE
        )

    def try_out(self, batch: Sequence[Traveller], config: ListConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return written_down(batch, config, lambda _found, _ids: None, done=_DONE)
