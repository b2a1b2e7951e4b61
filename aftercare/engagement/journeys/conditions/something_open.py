"""Whether something is open for the customer or the order now: whatever asks for silence while it is being settled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.conditions import ConditionKind, register
from aftercare.engagement.journeys.travel import Traveller
from aftercare.engagement.messaging.events import HoldPlaced, HoldReleased
from aftercare.engagement.messaging.holders import holders
from aftercare.engagement.messaging.queries import open_holds
from aftercare.foundation.kit.choices import Choices, Offer


def _open_choices() -> Offer:
    return holders().items()


class SomethingOpenConfig(BaseModel):
    """One of these; none: anything."""

    model_config = ConfigDict(extra="forbid")
    of: Annotated[
        tuple[str, ...],
        Field(title=gettext_noop("What"), description=gettext_noop("None ticked: anything at all."), max_length=20),
        Choices(_open_choices),
    ] = ()


@register
class SomethingOpen(ConditionKind[SomethingOpenConfig]):
    """True while there is a hold on the order, or on the customer altogether."""

    key = "something_open"
    label = gettext_lazy("Something is open")
    recalls = True
    Config = SomethingOpenConfig

    def describe(self, config: SomethingOpenConfig) -> str:
        return _("%(what)s is open for the customer or the order") % {"what": _what(config) or _("something")}

    def describe_opposite(self, config: SomethingOpenConfig) -> str:
        if not config.of:
            return _("nothing is open for the customer or the order")
        return _("not %(what)s is open for the customer or the order") % {"what": _what(config)}

    def touched_by(self, config: SomethingOpenConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({HoldPlaced.type, HoldReleased.type})

    def test(self, batch: Sequence[Traveller], config: SomethingOpenConfig, *, now: datetime) -> list[bool]:
        customers = {one.customer_id for one in batch if one.customer_id}
        found = set(open_holds(customer_ids=customers, placed_by=config.of or tuple(holders()), now=now))
        held = {customer_id for customer_id, _order in found}
        return [
            one.customer_id in held
            if one.order_id is None
            else bool(found & {(one.customer_id, None), (one.customer_id, one.order_id)})
            for one in batch
        ]


def _what(config: SomethingOpenConfig) -> str:
    return _(" or ").join(str(holders().get(key, key)) for key in config.of)
