"""Putting travellers on lists and taking them off: what the two steps have in common."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.engagement.journeys.travel import Advance, Move, Traveller
from aftercare.engagement.segments.choices import list_choices
from aftercare.engagement.segments.models import Segment
from aftercare.engagement.segments.queries import live_lists, name_of_segment
from aftercare.foundation.kit.choices import Choices
from aftercare.foundation.kit.schema import Key


class ListConfig(BaseModel):
    """A list by its public id."""

    model_config = ConfigDict(extra="forbid")
    list: Annotated[Key, Field(title=gettext_noop("List")), Choices(list_choices)]


def list_name(config: ListConfig) -> str:
    """What the list is called."""
    return name_of_segment(config.list)


def written_down(
    batch: Sequence[Traveller], config: ListConfig, write: Callable[[Segment, Sequence[int]], object], *, done: str
) -> list[Move]:
    """Let `write` have each store's customers; whoever has none, or whose list has gone, just goes on."""
    lists = {one.store_id: one for one in live_lists(public_ids=[config.list])}
    people = defaultdict(list)
    for one in batch:
        if one.customer_id and one.store_id in lists:
            people[one.store_id].append(one.customer_id)
    for store_id, customer_ids in people.items():
        write(lists[store_id], customer_ids)
    return [Advance(done if one.customer_id and one.store_id in lists else "skipped") for one in batch]
