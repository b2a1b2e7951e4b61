"""The log as people read it."""

import importlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from aftercare.commerce.customers.events import ConsentChanged
from aftercare.commerce.orders.events import OrderCancelled, OrderEdited, OrderPlaced, OrderRefunded
from aftercare.commerce.shipments.events import ShipmentDelivered
from aftercare.engagement.journeys.events import JourneyEntered
from aftercare.engagement.messaging.events import MessageDropped, MessageSent
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact, catalogue
from aftercare.foundation.events.timelines import Told, said_by, tells, timeline
from aftercare.foundation.stores.models import Store
from tests.factories import NOW, make_user

ORDER = 17


@pytest.fixture(autouse=True, scope="module")
def tellers() -> None:
    """What the capabilities register with their pages."""
    importlib.import_module(settings.ROOT_URLCONF)


def tell(shop: Store, *events: Event, actor: str = "shop") -> Any:
    """The timeline after these events, one a minute, the latest first."""
    with transaction.atomic():
        record(
            [
                Fact(event, shop.pk, NOW + timedelta(minutes=minute), order_id=ORDER, actor=actor)
                for minute, event in enumerate(events)
            ],
            now=NOW,
        )
    return timeline(store=shop, about=Q(order_id=ORDER))


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (OrderPlaced("#1", 5980, "EUR", 2), "€59.80 · 2 lines"),
        (OrderEdited("#1", ["shipping_address", "note"]), "shipping address, note"),
        (OrderCancelled("#1", whole=True, reason="too late"), "The whole order: too late"),
        (OrderRefunded("#1", "r", 500, "JPY"), "¥500"),
        (ConsentChanged("marketing", "email", granted=True, source="checkout"), "Yes to marketing by email (checkout)"),
        (ShipmentDelivered("#1", "shp_1", "dhl", "0034", text="Abgegeben", place="Graz"), "Abgegeben, Graz"),
        (ShipmentDelivered("#1", "shp_1", "dhl", "0034"), "0034"),
        (MessageSent("msg_1", "delivered", "email"), "Delivered"),
        (
            MessageDropped("msg_1", "gone_type", "email", "no_consent"),
            "gone_type: The customer has not agreed to this kind of message",
        ),
    ],
)
def test_each_event_says_what_it_tells(shop: Store, event: Event, text: str) -> None:
    assert tell(shop, event).entries[0].text == text


@pytest.mark.parametrize("event_class", list(catalogue), ids=lambda event_class: event_class.type)
def test_an_event_of_which_little_was_kept_is_shown_all_the_same(shop: Store, event_class: type[Event]) -> None:
    """Fields are added to events over the years; old rows lack them."""

    class Old(Event):
        type = event_class.type

        def data(self) -> dict[str, Any]:
            return {}

    tell(shop, Old())
    assert timeline(store=shop, about=Q(order_id=ORDER), topic_key="all").entries[0].title == str(event_class.label)


def test_the_latest_come_first_and_older_ones_are_there(shop: Store) -> None:
    events = [OrderEdited("#1", [str(number)]) for number in range(30)]
    shown = tell(shop, *events)
    assert [entry.text for entry in shown.entries] == [str(number) for number in range(29, 4, -1)]
    assert shown.more
    everything = timeline(store=shop, about=Q(order_id=ORDER), limit=500)
    assert (len(everything.entries), everything.more) == (30, False)


def test_a_topic_leaves_the_others_out(shop: Store) -> None:
    tell(shop, OrderPlaced("#1", 100, "EUR", 1), MessageSent("msg_1", "delivered", "email"))
    only = timeline(store=shop, about=Q(order_id=ORDER), topic_key="messages")
    assert [entry.title for entry in only.entries] == ["Message sent"]
    assert only.entries[0].url == "/console/juniper/messages/msg_1/"


def test_machinery_is_shown_to_whoever_asks_for_it(shop: Store) -> None:
    tell(shop, OrderPlaced("#1", 100, "EUR", 1), JourneyEntered("thank-you", "enr_1"))

    def titles(topic: str) -> list[str]:
        shown = timeline(store=shop, about=Q(order_id=ORDER), topic_key=topic)
        return [entry.title for entry in shown.entries]

    assert titles("") == ["Order placed"]
    assert titles("journeys") == ["Journey begun"]
    assert titles("all") == ["Journey begun", "Order placed"]


def test_who_did_it(shop: Store) -> None:
    olga = make_user(shop)
    entry = tell(shop, OrderEdited("#1", ["note"]), actor=f"staff:{olga.public_id}").entries[0]
    assert entry.actor == "olga@juniper.example"


@pytest.mark.parametrize(
    ("actor", "name"),
    [
        ("system", "Aftercare"), ("dhl", "dhl"), ("token:tok_1", "API"), ("staff:usr_gone", "Former staff"),
        ("journey:thank-you", "Journey “Thank you”"),
    ],
)  # fmt: skip
def test_actors_have_names(actor: str, name: str) -> None:
    assert said_by(actor, {}) == name


def test_a_timeline_takes_as_many_queries_for_three_as_for_one(shop: Store, django_assert_num_queries: Any) -> None:
    olga = make_user(shop)
    for _times in range(3):
        tell(shop, OrderEdited("#1", ["note"]), actor=f"staff:{olga.public_id}")
    with django_assert_num_queries(2):
        timeline(store=shop, about=Q(order_id=ORDER))


def test_two_tellers_of_one_event_are_refused() -> None:
    def again(data: Mapping[str, Any]) -> Told:
        return Told(str(data))

    with pytest.raises(AssertionError, match=r"two tellers of order\.placed"):
        tells(OrderPlaced)(again)
