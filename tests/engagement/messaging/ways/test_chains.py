"""One message by one channel after another, until it arrives: never two at once, and never again once it did."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from aftercare.commerce.customers.actions import publish_traits
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.hearing import take_news
from aftercare.engagement.messaging.actions.ways import ask_best, change_way, go_on
from aftercare.engagement.messaging.channels import INBOX, MAIL, SMS, VOICE
from aftercare.engagement.messaging.models import Chain, ChainLink, Message, OutboxEntry
from aftercare.engagement.messaging.news import News
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.engagement.messaging.queries import attempts_of
from aftercare.engagement.messaging.reputation import NewsKind, Severity
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import make_customer, make_order, with_templates

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
LEGS = [Leg(INBOX, 10), Leg(VOICE, 20), Leg(MAIL)]


class Case:
    """Sam has a telephone and an inbox; parcels are told of by the inbox, then a call, then e-mail."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        with_templates(store, now)
        self.sam = make_customer(store, now, phone="+4915112345678", country="DE")
        self.order = make_order(self.sam, now)
        change_way(store_id=store.pk, message_type_key="", legs=LEGS, by="staff:usr_olga", now=now)

    def request(self, key: str = "one", channel: str = BEST) -> MessageRequest:
        return MessageRequest(
            store_id=self.store.pk, message_type="delivered", channel=channel, origin="test", dedupe_key=key,
            customer_id=self.sam.pk, order_id=self.order.pk, caused_at=self.now,
        )  # fmt: skip

    def ask(self, key: str = "one") -> None:
        ask_best(requests=[self.request(key)], now=self.now)
        self.work(0)

    def work(self, minutes: int) -> None:
        """Everything that runs by itself, so many minutes later."""
        now = self.now + timedelta(minutes=minutes)
        for _ in range(3):
            deliver_due(now)
            deliver_by_own_carriers(now, channel=VOICE)
            deliver_by_own_carriers(now, channel=SMS)
            go_on(now)

    def hear(self, channel: str, kind: NewsKind, *, minutes: int = 0) -> None:
        message = Message.objects.get(channel=channel)
        severity = Severity.SOFT if kind == NewsKind.BOUNCED else None
        at = self.now + timedelta(minutes=minutes)
        news = [News(f"{channel}{kind}", kind, at, "", "", message.public_id, severity)]
        take_news(store_id=self.store.pk, connection=None, news=news, now=at, channel=channel)

    def sent(self) -> list[str]:
        return list(Message.objects.order_by("pk").values_list("channel", flat=True))

    @property
    def outcome(self) -> str:
        return Chain.objects.get().outcome


@pytest.fixture
def case(shop: Store, now: datetime) -> Case:
    return Case(shop, now)


def test_the_first_channel_is_tried_alone(case: Case) -> None:
    case.ask()
    case.work(9)

    assert case.sent() == [INBOX]


def test_silence_brings_the_next_and_the_next(case: Case) -> None:
    case.ask()
    case.work(10)
    assert case.sent() == [INBOX, VOICE]
    case.work(29)
    assert case.sent() == [INBOX, VOICE]
    case.work(30)
    assert case.sent() == [INBOX, VOICE, MAIL]
    case.work(999)

    assert case.outcome == "exhausted"
    assert list(ChainLink.objects.order_by("place").values_list("place", "why_next")) == [
        (0, "silent"), (1, "silent"), (2, ""),
    ]  # fmt: skip
    told = EventRow.objects.filter(type="message.fell_back").order_by("seq").values_list("data", flat=True)
    assert [(data["channel"], data["to"]) for data in told] == [(INBOX, VOICE), (VOICE, MAIL)]


def test_a_receipt_ends_it_at_once(case: Case) -> None:
    case.ask()
    case.hear(INBOX, NewsKind.DELIVERED, minutes=5)
    case.work(5)
    assert case.outcome == "arrived"

    case.work(999)
    assert case.sent() == [INBOX]


def test_a_bounce_brings_the_next_at_once(case: Case) -> None:
    case.ask()
    case.work(10)
    case.hear(VOICE, NewsKind.BOUNCED, minutes=11)
    case.work(11)

    assert case.sent() == [INBOX, VOICE, MAIL]


def test_a_late_receipt_of_an_earlier_attempt_stops_nothing_that_was_sent(case: Case) -> None:
    case.ask()
    case.work(10)
    case.hear(INBOX, NewsKind.DELIVERED, minutes=11)

    assert case.sent() == [INBOX, VOICE]


def test_channels_that_reach_nobody_are_left_out(case: Case) -> None:
    type(case.sam).objects.filter(pk=case.sam.pk).update(phone="")
    case.ask()
    case.work(10)

    assert case.sent() == [INBOX, MAIL]


def test_the_customers_wish_comes_first(case: Case) -> None:
    publish_traits(
        store_id=case.store.pk, rows=[(case.sam.pk, {"preferred_channel": MAIL})], by="customer", now=case.now
    )
    case.ask()

    assert case.sent() == [MAIL]


def test_asked_twice_it_goes_once(case: Case) -> None:
    case.ask()
    case.ask()
    case.work(10)

    assert case.sent() == [INBOX, VOICE]
    assert Chain.objects.count() == 1


def test_a_channel_that_cannot_get_rid_of_it_gives_it_up(case: Case) -> None:
    """No gateway is connected: the text waits in the outbox, and does not go out after the e-mail did."""
    change_way(
        store_id=case.store.pk, message_type_key="delivered", legs=[Leg(SMS, 10), Leg(MAIL)], by="t", now=case.now
    )
    case.ask()
    assert case.sent() == [SMS]
    case.work(12)

    assert case.sent() == [SMS, MAIL]
    assert Message.objects.get(channel=SMS).state == "failed"
    assert not OutboxEntry.objects.exists()


def test_what_a_worker_has_in_hand_is_waited_for(case: Case) -> None:
    change_way(
        store_id=case.store.pk, message_type_key="delivered", legs=[Leg(SMS, 10), Leg(MAIL)], by="t", now=case.now
    )
    case.ask()
    OutboxEntry.objects.update(leased_until=case.now + timedelta(hours=1))
    go_on(case.now + timedelta(minutes=10))

    assert case.sent() == [SMS]


def test_killed_between_it_is_as_if_nothing_had_begun(case: Case) -> None:
    case.ask()
    with transaction.atomic():
        go_on(case.now + timedelta(minutes=10))
        transaction.set_rollback(True)

    assert case.sent() == [INBOX]
    case.work(10)
    assert case.sent() == [INBOX, VOICE]


def test_a_channel_that_is_named_goes_alone(case: Case) -> None:
    ask_best(requests=[case.request("two", channel=MAIL)], now=case.now)
    case.work(999)

    assert case.sent() == [MAIL]
    assert not Chain.objects.exists()


def test_an_attempt_knows_the_others(case: Case, django_assert_num_queries) -> None:
    case.ask()
    case.work(10)
    message = Message.objects.get(channel=VOICE)

    with django_assert_num_queries(2):
        assert [link.message.channel for link in attempts_of(message=message)] == [INBOX, VOICE]


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_statements_however_many_are_asked_for(case: Case, django_assert_num_queries, count: int) -> None:
    ask_best(requests=[case.request("warm")], now=case.now)
    requests = [case.request(f"{number}") for number in range(count)]

    with django_assert_num_queries(30):
        ask_best(requests=requests, now=case.now)


@pytest.mark.parametrize(
    ("legs", "refusal"),
    [([Leg(MAIL), Leg(MAIL)], Invalid), ([Leg("fax")], NotFound), ([Leg(MAIL, -1)], Invalid), ([Leg(MAIL, 99_999)], Invalid)],
)  # fmt: skip
def test_what_is_no_way_is_refused(case: Case, legs: list[Leg], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        change_way(store_id=case.store.pk, message_type_key="", legs=legs, by="t", now=case.now)


@pytest.mark.parametrize("count", [1, 3])
def test_the_same_statements_however_many_fall_back(case: Case, django_assert_num_queries, count: int) -> None:
    ask_best(requests=[case.request(f"{number}") for number in range(count)], now=case.now)
    deliver_due(case.now)

    with django_assert_num_queries(33):
        assert go_on(case.now + timedelta(minutes=10)) == count

    assert case.sent() == [INBOX] * count + [VOICE] * count
