"""Entering by a program's call: a customer or an order, with data, once for each key."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys.actions.enter import LiveVersion, enrol, entry_key
from aftercare.engagement.journeys.definition import parsed
from aftercare.engagement.journeys.errors import EnteredRecently, NotPossibleNow
from aftercare.engagement.journeys.models import Enrolment, Journey, Version
from aftercare.engagement.journeys.triggers import CALLED
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.ids import uuid7


@dataclass(frozen=True, slots=True)
class Call:
    """Whom a program lets in, and about what. `key` is the program's own name for it."""

    key: str
    customer: Customer | None = None
    order: Order | None = None
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def customer_id(self) -> int | None:
        return self.customer.pk if self.customer else self.order.customer_id if self.order else None


@transaction.atomic
def let_in(*, journey: Journey, call: Call, now: datetime) -> tuple[Enrolment, bool]:
    """The enrolment, and whether it is new; raises NotPossibleNow, Invalid or EnteredRecently."""
    version = Version.objects.filter(journey=journey, is_live=True).first()
    if version is None or journey.state != Journey.State.LIVE or version.trigger != CALLED:
        raise NotPossibleNow(
            "Programs cannot let anybody into this journey.", remedy="It has to be live, and to begin when called.",
            field="journey",
        )  # fmt: skip
    if call.customer and call.order and call.order.customer_id != call.customer.pk:
        raise Invalid("The order is another customer's.", field="order")
    event = Recorded(
        uuid7(now), journey.store_id, CALLED, now, now, call.customer_id, call.order.pk if call.order else None, None,
        "api", call.data,
    )  # fmt: skip
    definition = parsed(version.definition)
    live = LiveVersion(journey.store_id, CALLED, journey.pk, journey.key, version.pk, definition)
    keys = {event.id: f"call:{call.key}"}
    key = entry_key(definition, event, keys)
    if key is None:
        raise Invalid("The journey is entered once for something that this call does not name.", field="order")
    known = Enrolment.objects.filter(journey=journey, entry_key=key)
    if found := known.first():
        return found, False
    entered = enrol(pairs=[(live, event)], now=now, is_backfill=False, keys=keys)
    found = known.first()
    if found is None:
        raise EnteredRecently("They were let in not long ago.", field="customer")
    return found, bool(entered)
