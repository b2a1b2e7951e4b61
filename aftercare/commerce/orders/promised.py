"""Who knows when orders and their parcels arrive: a capability above tells it, the API of both shows it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Kind = Literal["order", "parcel"]


class PromiseOut(BaseModel):
    """A range of days, learned from the store's own deliveries. `first_*` is what was said at first."""

    earliest: datetime
    likely: datetime
    latest: datetime
    coverage: Annotated[float, Field(description="The share that is to arrive within the range.", examples=[0.8])]
    basis: Annotated[
        Literal["lane", "wide_lane", "carrier", "store", "stated"],
        Field(
            description="How wide the history is that it rests on; `stated`: on what the store says, for want of one."
        ),
    ]
    made_at: Annotated[datetime, Field(description="It is made anew at every scan, and once a day.")]
    first_earliest: datetime
    first_likely: datetime
    first_latest: datetime
    first_made_at: datetime


Teller = Callable[[Sequence[int]], Mapping[int, PromiseOut]]
_tellers: dict[Kind, Teller] = {}


def tells_promises(kind: Kind, teller: Teller) -> None:
    """For row ids of orders, or of parcels, `teller` says what is promised of them, in one query."""
    assert kind not in _tellers, "one capability promises"
    _tellers[kind] = teller


def promises_of(kind: Kind, ids: Sequence[int]) -> Mapping[int, PromiseOut]:
    """What is promised of each, where anything is."""
    return _tellers[kind](ids) if ids and kind in _tellers else {}
