"""What another capability says when it wants a customer to hear something."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

# Instead of a channel: whichever is best, by the store's ways and the customer's wish.
BEST = "best"


@dataclass(frozen=True, slots=True)
class MessageRequest:
    """One message to one customer about, usually, one order.

    `line_id` narrows what it is about to one line: holds on other lines do not delay it. `dedupe_key` is the requester's
    own: asking twice with the same key sends once. `caused_at` is when what it speaks of happened: freshness counts from
    there (None: it does not go stale). `data` is what templates see as `event`.
    """

    store_id: int
    message_type: str
    channel: str
    origin: str
    dedupe_key: str
    customer_id: int | None
    order_id: int | None = None
    shipment_id: int | None = None
    line_id: int | None = None
    caused_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict)


class Recipient(NamedTuple):
    """Who it goes to and what decides whether it may. `address` is the e-mail address until a channel says its own;
    `time_zone` is what templates show times in: the store's, where `own_zone` of the recipient is not known."""

    customer_id: int | None
    address: str
    name: str
    locale: str
    time_zone: str
    is_gift_recipient: bool = False
    phone: str = ""
    country: str = ""
    public_id: str = ""
    own_zone: str = ""
