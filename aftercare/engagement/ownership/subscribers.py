"""Deliveries make owners, and what they do with guides shows use."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.commerce.orders.events import FulfilmentCompleted, OrderDelivered
from aftercare.engagement.content.events import ChecklistStepDone, GuideOpened
from aftercare.engagement.content.kinds import shows_use
from aftercare.engagement.ownership.actions import Signal, note_signals, own_lines
from aftercare.engagement.ownership.vocabulary import Sign
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe

_SIGNS = {GuideOpened.type: Sign.GUIDE, ChecklistStepDone.type: Sign.CHECKLIST}


@subscribe("ownership.own_delivered_lines", FulfilmentCompleted, OrderDelivered)
def own_delivered_lines(batch: Sequence[Recorded], *, now: datetime) -> None:
    """In sets; a line is owned once, however many events tell of its delivery."""
    own_lines(order_ids={told.order_id for told in batch if told.order_id is not None}, now=now)


@subscribe("ownership.note_signs_of_use", GuideOpened, ChecklistStepDone)
def note_signs_of_use(batch: Sequence[Recorded], *, now: datetime) -> None:
    """Only guides that one reads to use something: who reads the terms may just want to send it back."""
    note_signals(
        signals=[
            Signal(told.order_id, told.data["line"], told.occurred_at, _SIGNS[told.type])
            for told in batch
            if told.order_id is not None and shows_use(told.data["kind"])
        ],
        now=now,
    )
