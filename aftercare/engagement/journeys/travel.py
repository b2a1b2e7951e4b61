"""Enrolments on the move, and the moves a step can answer with. Plain values: a batch holds thousands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Traveller:
    """An enrolment as steps and conditions see it. `anchor_at` is when the last thing happened that waits count from."""

    journey_key: str
    version_id: int
    id: int
    public_id: str
    store_id: int
    entry_key: str
    customer_id: int | None
    order_id: int | None
    shipment_id: int | None
    data: dict[str, Any] = field(repr=False)
    step: str
    anchor_at: datetime
    waits_for: str
    is_backfill: bool
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """Go on, by this way out. `anchor_at` moves what later waits count from; `data` is added to what messages see."""

    outcome: str = "done"
    detail: str = ""
    branch: str = "next"
    anchor_at: datetime | None = None
    message_id: int | None = None
    data: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Stay, and run this step again then."""

    until: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WaitFor:
    """Stay until one of these events of the same order, shipment or customer; at `until` at the latest.

    `way` is how it goes on if the first of them happens.
    """

    events: tuple[str, ...]
    by: str
    until: datetime
    detail: str = ""
    way: str = "next"


@dataclass(frozen=True, slots=True)
class Exit:
    """The journey is over for this one, and why."""

    outcome: str
    detail: str = ""


Move = Advance | WaitUntil | WaitFor | Exit
