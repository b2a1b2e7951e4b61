"""Segments hear of everything that happens to customers."""

from collections.abc import Sequence
from datetime import datetime

from aftercare.engagement.segments.actions import follow
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.subscriptions import subscribe


@subscribe("segments.follow")
def follow_customers(batch: Sequence[Recorded], *, now: datetime) -> None:
    """Whoever is touched is counted anew and asked again."""
    follow(events=batch, now=now)
