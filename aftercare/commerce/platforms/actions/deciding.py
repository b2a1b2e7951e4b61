"""What staff decide about deliveries that need a person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.commerce.platforms.actions.working import DELIVERIES
from aftercare.commerce.platforms.errors import AlreadyWorkedOff
from aftercare.commerce.platforms.models import Delivery
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid

_OPEN = (Delivery.State.PARKED, Delivery.State.WAITING)


@transaction.atomic
def replay_deliveries(*, deliveries: Sequence[Delivery], now: datetime) -> int:
    """Work these off once more, the dropped ones too; answers how many. Those that are done stay done."""
    states = [*_OPEN, Delivery.State.DROPPED, Delivery.State.IGNORED]
    again = Delivery.objects.filter(pk__in=[one.pk for one in deliveries], state__in=states).exclude(body=b"")
    number = again.update(state=Delivery.State.WAITING, due_at=now, attempts=0)
    if number:
        wake(DELIVERIES)
    return number


@transaction.atomic
def drop_delivery(*, delivery: Delivery, reason: str, by: str, now: datetime) -> None:
    """Nothing will be made of it, and why."""
    if not reason.strip():
        raise Invalid("Say why it is dropped.", field="reason")
    told = f"{reason.strip()} ({by})"
    open_ones = Delivery.objects.filter(pk=delivery.pk, state__in=_OPEN)
    if not open_ones.update(state=Delivery.State.DROPPED, outcome=told, worked_at=now):
        raise AlreadyWorkedOff("This delivery is worked off already.")
