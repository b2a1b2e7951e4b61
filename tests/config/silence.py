"""A carrier that falls silent, as the outside world tells it: over HTTP, signed, while the clock goes on by leaps."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import orjson
import time_machine
from django.db import transaction
from django.test import Client

from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.actions import connect_carrier
from aftercare.commerce.shipments.messages import sign
from aftercare.config.prepare import equip_store
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.jobs.loops import all_loops
from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.shipments.parcels import MONDAY, announce, hours, place_order, shipment
from tests.engagement.messaging.cast import request_for
from tests.factories import make_store
from tests.settling import wait_until_settled

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
# The silence of Monday noon is too long on Thursday, and that of a lost parcel on the Wednesday after: Sunday is none.
SILENT, LOST, FOUND = hours(73), hours(217), hours(222)
_OTHERWISE = {"demo carrier", "the demo shop"}


def open_shop(slug: str = "juniper") -> Store:
    """Juniper & Oak with all that a new shop has, and a carrier that calls."""
    with time_machine.travel(MONDAY, tick=False):
        store = make_store(slug, support_email="hello@juniper.example", sender_email="hello@juniper.example")
        equip_store(store)
        install_cursors(now=MONDAY)
        with store_scope(store.pk):
            connect_carrier(store_id=store.pk, carrier_key="generic", settings={"secret": SECRET}, now=MONDAY)
    return store


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done within happens then; whatever follows from it has happened when it ends."""
    with time_machine.travel(moment, tick=False):
        yield
        settle(moment)


def settle(now: datetime) -> None:
    """Every loop of a worker until nothing is left to do."""
    wait_until_settled()
    loops = [loop for loop in all_loops() if loop.name not in _OTHERWISE]
    while sum(loop.work(now) for loop in loops):
        wait_until_settled()


def send_parcels(store: Store, count: int = 1, *, customers: int | None = None) -> list[str]:
    """Orders with a parcel each, of so many people; answers the tracking numbers."""
    for index in range(count):
        name = f"{1042 + index}"
        number = index % (customers or count)
        place_order(
            store, name, email=f"sam{number or ''}@example.com", shipping_address={"city": "Berlin", "country": "DE"}
        )
    names = [f"{1042 + index}" for index in range(count)]
    announce(
        store, *(
            shipment(f"p{name}", order=name, tracking_number=f"PP{name}DE", origin={"city": "Leipzig", "country": "DE"})
            for name in names
        ), now=MONDAY,
    )  # fmt: skip
    return [f"PP{name}DE" for name in names]


def scanned(store: Store, numbers: Sequence[str], *, status: str, place: str, when: datetime) -> int:
    """The carrier calls: one scan of each of these parcels; answers how many were news."""
    told = {"at": when.isoformat(), "status": status, "place": place}
    updates = [{"tracking_number": number, "carrier": "Parcel Post", "scans": [told]} for number in numbers]
    body = orjson.dumps({"updates": updates})
    headers = sign(body=body, secret=SECRET, message_id=f"m{when.timestamp()}", now=clock.now())
    answer = Client(enforce_csrf_checks=True, SERVER_NAME="localhost").post(
        f"/hooks/{store.slug}/carriers/generic", body, content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content
    assert not answer.json()["refused"], answer.content
    scans: int = answer.json()["scans"]
    return scans


def thank(store: Store) -> None:
    """A message that can wait is asked for."""
    now = clock.now()
    with store_scope(store.pk), transaction.atomic():
        request_messages(requests=[request_for(order_of(store), now, message_type="thank_you")], now=now)


def log_of(store: Store, *beginnings: str) -> list[str]:
    """The types of events, in the order in which they happened; only those that begin so, if any is named."""
    with store_scope(store.pk):
        types = EventRow.objects.order_by("tx", "seq").values_list("type", flat=True)
        return [one for one in types if not beginnings or one.startswith(beginnings)]


def mails_of(store: Store, email: str = "") -> list[str]:
    """Which messages have left, in their order; those to one person, if named."""
    with store_scope(store.pk):
        sent = Message.objects.filter(state=Message.State.SENT).order_by("sent_at", "id")
        sent = sent.filter(recipient=email) if email else sent
        return list(sent.values_list("message_type", flat=True))


def order_of(store: Store, name: str = "1042") -> Order:
    """One of the orders."""
    with store_scope(store.pk):
        return Order.objects.get(external_id=name)
