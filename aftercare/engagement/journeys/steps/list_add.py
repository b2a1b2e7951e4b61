"""Put travellers on a list."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.engagement.journeys.listing import ListConfig, list_name, written_down
from aftercare.engagement.journeys.steps import Step, register
from aftercare.engagement.journeys.travel import Move, Traveller
from aftercare.engagement.segments.actions.lists import put_on_list

_DONE = "listed"


@register
class PutOnList(Step[ListConfig]):
    """Whoever is on it already stays as they are."""

    key = "list_add"
    label = gettext_lazy("Put on a list")
    hint = gettext_lazy("So that others know of them")
    icon = "list-plus"
    Config = ListConfig

    def describe(self, config: ListConfig) -> str:
        return _("Put the customer on “%(list)s”") % {"list": list_name(config)}

    def run(self, batch: Sequence[Traveller], config: ListConfig, *, now: datetime) -> list[Move]:
        return written_down(
            batch, config, lambda found, ids: put_on_list(segment=found, customer_ids=ids, now=now), done=_DONE
        )

    def try_out(self, batch: Sequence[Traveller], config: ListConfig, *, now: datetime) -> list[Move]:  # noqa: ARG002 -- the base's signature
        return written_down(batch, config, lambda _found, _ids: None, done=_DONE)
