"""Putting travellers on lists and taking them off: what the two steps have in common."""

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
    """Let `write` have the customers; whoever is none just goes on, as all do whose list has gone."""
    store_id = batch[0].store_id  # whoever stands at one step of one version is of one store and one journey
    found = next((one for one in live_lists(public_ids=[config.list]) if one.store_id == store_id), None)
    if found is None:
        return [Advance("skipped")] * len(batch)
    people = [one.customer_id for one in batch if one.customer_id]
    if people:
        write(found, people)
    return [Advance(done if one.customer_id else "skipped") for one in batch]
