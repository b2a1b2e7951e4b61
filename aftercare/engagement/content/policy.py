"""When a guide is of use, by the delivery of what it is about; and for whom it is read."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.engagement.content.vocabulary import OwnershipStage


@dataclass(frozen=True, slots=True)
class Span:
    """A stage of ownership; days count from the day of the delivery, which is day 0. Without `until_day` it never ends."""

    stage: str = OwnershipStage.ANY
    from_day: int = 0
    until_day: int | None = None

    def holds(self, *, delivered_at: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
        """Whether a line that was delivered then is in this stage now; `zone` says when days begin."""
        if self.stage == OwnershipStage.ANY:
            return True
        if self.stage == OwnershipStage.BEFORE or delivered_at is None:
            return self.stage == OwnershipStage.BEFORE and delivered_at is None
        day = (now.astimezone(zone).date() - delivered_at.astimezone(zone).date()).days
        return self.from_day <= day and (self.until_day is None or day <= self.until_day)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose line of which order a guide is read for, by row ids; `line` is the line's id at the shop."""

    store_id: int
    order_id: int
    customer_id: int | None
    number: str
    line_id: int
    line: str
