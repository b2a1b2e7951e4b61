"""What became of a message when it was handed over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Receipt:
    """`sent`, `refused` for good, or `later`: it did not get through, or nobody can say whether it did.

    A provider's own id of the message, and whatever keeps it from taking any at all (`trouble`), come with it. `stops`
    lets the rest of the batch wait, for as long as they asked (`again_in`); what was not even tried (`is_tried`) costs no
    attempt. `is_delivered` where the other side has it already; `parts` is what is paid for.
    """

    outcome: Literal["sent", "refused", "later"]
    reply: str
    address_is_dead: bool = False
    provider_id: str = ""
    trouble: str = ""
    stops: bool = False
    is_delivered: bool = False
    parts: int = 0
    again_in: timedelta | None = None
    is_tried: bool = True
