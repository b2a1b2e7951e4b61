"""What staff see of the log's inner life: events that subscribers failed on, and how far each has read."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.events.models import ParkedEvent
from aftercare.foundation.events.reader import Position, lag
from aftercare.foundation.kit.errors import NotFound

_CURSORS = (
    "SELECT subscriber, shard, shards, tx::text, seq, moved_at FROM events_cursor ORDER BY subscriber, shards, shard"
)


@dataclass(frozen=True)
class Progress:
    """How far a subscriber (or a shard of it) is behind, counted up to 100,000 events, and since when."""

    subscriber: str
    shard: int
    shards: int
    behind: int
    waiting_since: datetime | None
    moved_at: datetime


def parked_for_list(*, state: str = "", subscriber: str = "", after: str = "", limit: int = 50) -> Page[ParkedEvent]:
    """A page of the store's events that a subscriber failed on, the latest first. One query."""
    found = ParkedEvent.objects.all()
    if state:
        found = found.filter(state=state)
    if subscriber:
        found = found.filter(subscriber=subscriber)
    return page(found, by="parked_at", after=after, limit=limit)


def waiting_parked(*, limit: int) -> list[ParkedEvent]:
    """Those that still wait for a person, the oldest first."""
    found = ParkedEvent.objects.filter(state=ParkedEvent.State.PARKED)
    return list(found.defer("error").order_by("parked_at", "id")[:limit])


def count_parked(*, most: int) -> int:
    """How many still wait for a person, counted up to `most`."""
    return int(ParkedEvent.objects.filter(state=ParkedEvent.State.PARKED)[:most].count())


def parked_by_id(*, row_id: int) -> ParkedEvent:
    """A parked event of the store; raises NotFound."""
    found = ParkedEvent.objects.filter(pk=row_id).first()
    if found is None:
        raise NotFound("There is no such parked event.")
    return found


def subscribers_progress() -> list[Progress]:
    """Every subscriber that was ever installed, by name. One query for each: there are a few."""
    found = []
    for subscriber, shard, shards, tx, seq, moved_at in fetch(_CURSORS):
        behind, since = lag(Position(tx, seq))
        found.append(Progress(subscriber, shard, shards, behind, since, moved_at))
    return found
