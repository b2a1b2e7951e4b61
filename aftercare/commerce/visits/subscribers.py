"""The date of a visit, and what ends it, decide which notices are still to be given."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.orders import events
from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.visits.actions import plan_notices
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe

_TELLING = (
    events.FulfilmentScheduled, events.FulfilmentMoved, events.FulfilmentUnderWay, events.FulfilmentCompleted,
    events.FulfilmentCancelled, events.FulfilmentMissed,
)  # fmt: skip


@subscribe("visits.plan_notices", *_TELLING)
def follow_dates(batch: Sequence[Recorded], *, now: datetime) -> None:  # noqa: ARG001 -- every subscriber's signature
    plan_notices(told=[told for told in batch if told.data["kind"] == Fulfilment.Kind.SERVICE_VISIT])
