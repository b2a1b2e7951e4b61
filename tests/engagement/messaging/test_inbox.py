"""The inbox on the shop's pages: what lies there, what is unread, and who may look."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.orders.links import order_page_path
from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.channels import INBOX
from aftercare.engagement.messaging.links import inbox_path
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.factories import make_store
from tests.visiting import visitor, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


class Shop:
    """Juniper & Oak, and Sam with two orders."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam: Customer = make_customer(store, now)
            self.orders = [make_order(self.sam, now, number=f"#100{number}") for number in (1, 2)]

    def tell(self, count: int = 1, *, order: int = 0) -> list[Message]:
        """So many messages about an order, each of its own."""
        about = self.orders[order]
        with store_scope(self.store.pk):
            requests = [
                MessageRequest(
                    store_id=self.store.pk, message_type="packed", channel=INBOX, origin="test",
                    dedupe_key=f"{about.number} {number}", customer_id=self.sam.pk, order_id=about.pk, caused_at=self.now,
                )
                for number in range(count)
            ]  # fmt: skip
            request_messages(requests=requests, now=self.now)
            deliver_due(self.now)
            return list(Message.objects.filter(channel=INBOX, order=about).order_by("pk"))

    def path(self, thing: str = "") -> str:
        """The inbox of Sam, or of what is named."""
        return inbox_path(store_slug=self.store.slug, store_id=self.store.pk, thing=thing or self.sam.public_id)


@pytest.fixture
def shop(store: Store, now: datetime) -> Shop:
    return Shop(store, now)


def words(path: str) -> str:
    answer = visitor().get(path)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


def test_nothing_yet(shop: Shop) -> None:
    assert "Nothing here yet" in words(shop.path())


def test_what_was_said_lies_there_unread(shop: Shop) -> None:
    [message] = shop.tell()

    assert (message.state, message.delivery) == ("sent", "")
    page = words(shop.path())
    assert "Your order #1001 is packed." in page
    assert "unread" in page


def test_opening_it_is_reading_it_once(shop: Shop) -> None:
    [message] = shop.tell()

    for _ in range(2):
        assert "See the order" in words(f"{shop.path()}{message.public_id}/")

    with store_scope(shop.store.pk):
        assert Message.objects.get().delivery == "delivered"
        heard = EventRow.objects.filter(type__in=["message.delivered", "message.opened"])
        assert heard.count() == 2
    assert "Mark all as read" not in words(shop.path())


def test_programs_that_look_ahead_read_nothing(shop: Shop) -> None:
    [message] = shop.tell()
    visitor().head(f"{shop.path()}{message.public_id}/")

    with store_scope(shop.store.pk):
        assert Message.objects.get().delivery == ""


def test_all_is_read_by_one_button_without_scripts_or_cookies(shop: Shop) -> None:
    shop.tell(3)
    answer = visitor(enforce_csrf_checks=True).post(shop.path())

    assert answer.status_code == 302
    with store_scope(shop.store.pk):
        assert set(Message.objects.values_list("delivery", flat=True)) == {"delivered"}


def test_an_orders_page_shows_the_way_and_what_is_unread(shop: Shop) -> None:
    path = order_page_path(store_slug="juniper", store_id=shop.store.pk, order_public_id=shop.orders[0].public_id)
    assert "unread" not in words(path)
    shop.tell(2)

    page = visitor().get(path).content.decode()

    assert 'aria-label="Inbox, 2 unread"' in page
    assert "2 messages of ours are unread." in words_of(page)


def test_a_gifts_recipient_has_no_inbox(shop: Shop) -> None:
    shop.tell()
    path = order_page_path(
        store_slug="juniper", store_id=shop.store.pk, order_public_id=shop.orders[0].public_id, for_recipient=True
    )

    assert "/inbox/" not in visitor().get(path).content.decode()


def test_whoever_has_an_orders_link_sees_that_order_only(shop: Shop) -> None:
    shop.tell(order=0)
    [other] = shop.tell(order=1)
    path = shop.path(shop.orders[0].public_id)

    assert "#1002" not in words(path)
    assert visitor().get(f"{path}{other.public_id}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_queries_however_much_lies_there(shop: Shop, count: int) -> None:
    shop.tell(count)
    path = shop.path()
    words(path)

    with CaptureQueriesContext(connection) as queries:
        words(path)

    assert len(queries) == 4, [query["sql"] for query in queries]


def test_mallory_gets_nothing(shop: Shop) -> None:
    shop.tell()
    make_store("mallory")

    assert visitor().get(shop.path().replace("/s/juniper/", "/s/mallory/")).status_code == 404
    assert visitor().get(shop.path()[:-3] + "/").status_code == 404
