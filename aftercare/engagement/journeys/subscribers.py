"""What journeys do when something happens."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.engagement.journeys.actions.enter import enter_from_events, nudge_waiting
from aftercare.engagement.journeys.actions.leave import leave_from_events
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe


@subscribe("journeys.enter_and_nudge")
def enter_and_nudge(batch: Sequence[Recorded], *, now: datetime) -> None:
    """Entering, nudging and leaving read the log in the same order, so nobody is nudged before they are in."""
    enter_from_events(events=batch, now=now)
    nudge_waiting(events=batch, now=now)
    leave_from_events(events=batch, now=now)
