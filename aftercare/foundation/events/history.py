"""The log as programs read it: what happened to a thing, page by page."""

from typing import Literal

from django.db.models import Q

from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.events.models import EventRow, LogQuerySet

# Those that an index leads by.
Key = Literal["order_id", "customer_id"]


def history(*, of: Q, type_name: str = "", after: str = "", limit: int = 50) -> Page[EventRow]:
    """The events of a subject, the latest first; of one type, if named. One query."""
    found: LogQuerySet = EventRow.objects.filter(of)
    if type_name:
        found = found.filter(type=type_name)
    return page(found, by="occurred_at", after=after, limit=limit)
