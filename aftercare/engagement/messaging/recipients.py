"""Whom a batch of requests goes to, and what is known about them: read in sets."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from aftercare.engagement.messaging.channels import MAIL
from aftercare.engagement.messaging.policy import Suppressed, SuppressionCause
from aftercare.engagement.messaging.requests import MessageRequest, Recipient
from aftercare.engagement.messaging.types import message_type
from aftercare.foundation.database.bulk import as_array, fetch, fetch_decoded
from aftercare.foundation.kit.schema import normal_email

# A merged customer is spoken to as the one they were merged into.
_CUSTOMERS = """
    SELECT c.id, coalesce(m.id, c.id), coalesce(m.email, c.email), coalesce(m.name, c.name),
           coalesce(m.locale, c.locale), coalesce(m.time_zone, c.time_zone), coalesce(m.phone, c.phone),
           coalesce(m.country, c.country), coalesce(m.public_id, c.public_id)
    FROM customers_customer c LEFT JOIN customers_customer m ON m.id = c.merged_into_id WHERE c.id = ANY(%s::bigint[])
"""
_ORDERS = """
    SELECT id, email, locale, gift, coalesce(shipping_address->>'phone', ''), coalesce(shipping_address->>'country', '')
    FROM orders_order WHERE id = ANY(%s::bigint[])
"""
_CONSENTS = (
    "SELECT customer_id, purpose, granted FROM customers_consent WHERE customer_id = ANY(%s::bigint[]) AND channel = %s"
)
_SUPPRESSED = """
    SELECT store_id, address, cause, added_at, until, detail FROM messaging_suppression
    WHERE store_id = ANY(%s) AND channel = %s AND address = ANY(string_to_array(%s, E'\n'))
      AND (until IS NULL OR until > %s)
    ORDER BY cause
"""
_HOLDS = """
    SELECT customer_id, until, reason, order_id, line_id FROM messaging_hold
    WHERE customer_id = ANY(%s::bigint[]) AND released_at IS NULL AND until > %s ORDER BY customer_id, until DESC
"""
_NOBODY = (0, None, "", "", "", "", "", "", "")
_NO_ORDER: tuple[Any, ...] = (0, "", "", {}, "", "")
_STORES = "SELECT id, locale, time_zone FROM stores_store WHERE id = ANY(%s::bigint[])"


class HeldFor(NamedTuple):
    """A hold in force, and what of the customer's it is about."""

    until: datetime
    reason: str
    order_id: int | None
    line_id: int | None

    def delays(self, order_id: int | None, line_id: int | None) -> bool:
        """Whether it delays a message about this. What is about no order in particular waits for every hold."""
        if self.order_id is None or order_id is None:
            return True
        return self.order_id == order_id and (self.line_id is None or line_id in (None, self.line_id))


@dataclass(frozen=True, slots=True)
class Standing:
    """What speaks against writing to someone: consent by purpose, suppression of the address, holds, longest first."""

    consents: dict[tuple[int, str], bool]
    suppressed: dict[tuple[int, str], tuple[Suppressed, ...]]
    holds: dict[int, list[HeldFor]]


def recipients_of(requests: Sequence[MessageRequest]) -> list[list[Recipient]]:
    """For each request its recipients: the customer, and for a gift's parcel also the one it is for.

    The address given with the order comes before the customer's own: it is the one they chose for this purchase.
    """
    customers = _by_id(_CUSTOMERS, (request.customer_id for request in requests))
    orders = _by_id(_ORDERS, (request.order_id for request in requests))
    stores = _by_id(_STORES, (request.store_id for request in requests))
    return [_recipients(request, customers, orders, stores[request.store_id]) for request in requests]


def recipients_again(rows: Iterable[tuple[int | None, str, str, str, str]]) -> list[Recipient]:
    """Recipients of messages that are kept: (customer, address, name, locale, time zone) of each, as known by now."""
    kept = list(rows)
    customers = _by_id(_CUSTOMERS, (row[0] for row in kept))
    found = []
    for customer_id, address, name, locale, time_zone in kept:
        known = customers.get(customer_id or 0, _NOBODY)
        found.append(
            Recipient(
                known[1], address, name, locale, time_zone, country=known[7], public_id=known[8], own_zone=known[5]
            )
        )
    return found


def standing_of(
    recipients: Iterable[Recipient], *, store_ids: set[int], channel: str, now: datetime, asks_consent: bool = True,
    can_wait: bool = True,
) -> Standing:  # fmt: skip
    """Suppressions of all these recipients; consents where any `asks_consent`, holds where any of it `can_wait`."""
    people = list(recipients)
    # As one text: no address holds a line end, and an array of texts takes psycopg longer than all the rest.
    addresses = "\n".join({normal_email(person.address) for person in people if person.address})
    suppressed = _by_address(fetch(_SUPPRESSED, [list(store_ids), channel, addresses, now]))
    ids = as_array({person.customer_id for person in people if person.customer_id})
    consents = fetch(_CONSENTS, [ids, channel]) if asks_consent else []
    holds: dict[int, list[HeldFor]] = defaultdict(list)
    for customer, *held in fetch(_HOLDS, [ids, now]) if can_wait else ():
        holds[customer].append(HeldFor(*held))
    return Standing({(customer, purpose): granted for customer, purpose, granted in consents}, suppressed, holds)


def _by_address(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[int, str], tuple[Suppressed, ...]]:
    found: dict[tuple[int, str], tuple[Suppressed, ...]] = {}
    for store_id, address, cause, since, until, detail in rows:
        one = Suppressed(SuppressionCause(cause), since, until, detail)
        found[store_id, address] = (*found.get((store_id, address), ()), one)
    return found


def _by_id(query: str, ids: Iterable[int | None]) -> dict[int, tuple[Any, ...]]:
    wanted = {number for number in ids if number}
    """Each row by its id, which leads it."""
    return {row[0]: row for row in fetch_decoded(query, [as_array(wanted)])} if wanted else {}


def _recipients(
    request: MessageRequest,
    customers: dict[int, tuple[Any, ...]],
    orders: dict[int, tuple[Any, ...]],
    store: tuple[Any, ...],
) -> list[Recipient]:
    _, store_locale, store_zone = store
    _, customer_id, email, name, locale, zone, phone, country, public_id = customers.get(
        request.customer_id or 0, _NOBODY
    )
    _, order_email, order_locale, gift, order_phone, order_country = orders.get(request.order_id or 0, _NO_ORDER)
    # By place: names cost as much again, and this is done for every message.
    buyer = Recipient(
        customer_id, order_email or email, name, order_locale or locale or store_locale, zone or store_zone,
        False, order_phone or phone, order_country or country, public_id, zone,  # noqa: FBT003
    )  # fmt: skip
    if request.channel != MAIL or not (gift.get("email") and message_type(request.message_type).for_recipient):
        return [buyer]
    # The recipient never agreed to anything: as nobody's customer they get what is transactional and no more.
    return [
        buyer,
        Recipient(None, gift["email"], gift.get("recipient", ""), buyer.locale, store_zone, is_gift_recipient=True),
    ]
