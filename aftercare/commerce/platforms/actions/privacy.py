"""What people and shops ask through their platform: kept with the date by which the law wants an answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from aftercare.commerce.platforms.connectors import Farewell, PrivacyAsked
from aftercare.commerce.platforms.errors import AlreadyWorkedOff
from aftercare.commerce.platforms.models import Connection, Delivery, PrivacyRequest
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.kit.errors import Invalid

# One month in the GDPR, 30 days in Shopify's terms.
_ANSWER_WITHIN = timedelta(days=30)
KEEP_BODIES_FOR = timedelta(days=30)
_FORGET = "UPDATE platforms_delivery SET body = '' WHERE state IN ('done', 'ignored', 'dropped') AND body <> '' AND "
_FORGET_ALL = _FORGET + "connection_id = %s RETURNING id"
_FORGET_PERSON = _FORGET + "connection_id = %s AND position(%s::bytea in body) > 0 RETURNING id"
_FORGET_OLD = _FORGET + "received_at < %s RETURNING id"


def record_privacy_requests(
    *, connection: Connection, requests: Sequence[tuple[int, PrivacyAsked]], now: datetime
) -> None:
    """Keep requests with the row ids of the deliveries that brought them; the same delivery again adds none.

    What can be done at once is done: messages that were taken in and name the person, or all of them, lose their bodies.
    """
    for _, asked in requests:
        if asked.kind != "data_request":
            _forget_bodies(connection, asked)
    PrivacyRequest.objects.bulk_create(
        [
            PrivacyRequest(
                store_id=connection.store_id, delivery_id=delivery_id, kind=asked.kind, source=connection.source,
                customer_key=asked.customer, email=asked.email, orders=list(asked.orders), received_at=now,
                due_at=now + _ANSWER_WITHIN,
            )
            for delivery_id, asked in requests
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def forget_old_bodies(*, now: datetime) -> int:
    """Messages worked off a month ago lose their bodies, in every store; answers how many."""
    return len(fetch(_FORGET_OLD, [now - KEEP_BODIES_FOR]))


def record_farewells(*, farewells: Sequence[tuple[int, Farewell]]) -> None:
    """Mark connections (by row id) as ended by the shop. They still take messages: requests to erase come days later."""
    for connection_id, farewell in farewells:
        Connection.objects.filter(pk=connection_id, state=Connection.State.ACTIVE).update(
            state=Connection.State.LEFT, ending=farewell.sentence[:200]
        )


@transaction.atomic
def settle_privacy_request(*, request: PrivacyRequest, note: str, by: str, now: datetime) -> None:
    """Staff say what was done; the message that brought the request loses its body, which names the person."""
    if not note.strip():
        raise Invalid("Say what was done.", field="note")
    if request.settled_at is not None:
        raise AlreadyWorkedOff("This request is settled already.")
    request.settled_at, request.settled_by, request.note = now, by[:80], note.strip()
    request.save(update_fields=["settled_at", "settled_by", "note"])
    Delivery.objects.filter(pk=request.delivery_id).update(body=b"")


def _forget_bodies(connection: Connection, asked: PrivacyAsked) -> None:
    if asked.kind == "redact_shop":
        fetch(_FORGET_ALL, [connection.pk])
    elif asked.email:
        fetch(_FORGET_PERSON, [connection.pk, asked.email.encode()])
