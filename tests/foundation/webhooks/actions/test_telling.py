"""Events on their way to another system, over HTTP, to receivers of our own."""

from datetime import datetime, timedelta

import orjson
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact, Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from aftercare.foundation.webhooks.actions import (
    add_endpoint,
    change_endpoint,
    forget_old_calls,
    give_up_old_calls,
    make_due_calls,
    recover_endpoint,
    replay_call,
    rotate_secret,
    send_test,
    set_endpoint_state,
)
from aftercare.foundation.webhooks.errors import NotActive
from aftercare.foundation.webhooks.models import Call, Endpoint
from aftercare.foundation.webhooks.signing import opened
from aftercare.foundation.webhooks.subscribers import queue_calls_to_endpoints
from tests.factories import make_order, make_store
from tests.foundation.webhooks.receiving import Receiver, receiving

pytestmark = pytest.mark.django_db


def endpoint_at(store: Store, url: str, *types: str) -> tuple[Endpoint, str]:
    return add_endpoint(store=store, url=url, types=types, by="staff:olga", now=clock.now())


def tell(now: datetime) -> None:
    """What the subscriber does with everything in the log."""
    with across_stores("as the subscriber"):
        rows = EventRow.objects.order_by("tx", "seq")
        batch = [
            Recorded(row.id, row.store_id, row.type, row.occurred_at, row.recorded_at, row.customer_id, row.order_id,
                     row.shipment_id, row.actor, row.data)
            for row in rows
        ]  # fmt: skip
        queue_calls_to_endpoints(batch, now=now)


def bodies(receiver: Receiver) -> list[dict[str, object]]:
    return [orjson.loads(body) for _, body in receiver.got]


def test_an_endpoint_is_told_of_what_it_wants_once_signed_and_by_public_ids(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, secret = endpoint_at(shop, receiver.url, "order.placed")
    order = make_order(shop)
    tell(now)
    tell(now)
    make_due_calls(now)
    ((headers, body),) = receiver.got
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "order.placed"
    assert said["about"]["order"] == order.public_id
    assert said["data"]["number"] == order.number
    assert {"timestamp", "id", "recorded_at", "actor"} <= said.keys()
    assert headers["webhook-id"] == Call.objects.get().public_id
    endpoint.refresh_from_db()
    assert endpoint.last_taken_at == now


def test_no_types_means_all_and_no_other_store_is_heard_of(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint_at(shop, receiver.url)
    make_order(shop)
    other = make_store(slug="other")
    with store_scope(other.pk):
        make_order(other)
    tell(now)
    with across_stores("looking"):
        assert {call.store_id for call in Call.objects.all()} == {shop.pk}
        told = set(Call.objects.values_list("type", flat=True))
    assert {"order.placed", "customer.created", "webhook_endpoint.added"} <= told


def test_telling_takes_as_many_statements_for_many_events_as_for_one(shop: Store, receiver: Receiver) -> None:
    endpoint_at(shop, receiver.url)

    def cost(count: int) -> int:
        now = clock.now()
        events = [OrderPlaced(f"#{number}", 3980, "EUR", 1) for number in range(count)]
        with transaction.atomic():
            record([Fact(event, shop.pk, now) for event in events], now=now)
        with CaptureQueriesContext(connection) as captured:
            tell(now)
        return len(captured)

    assert cost(1) == cost(300)


def test_while_a_secret_is_changed_both_hold_and_afterwards_one(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, old = endpoint_at(shop, receiver.url)
    new = rotate_secret(endpoint=endpoint, by="staff:olga", now=now)
    send_test(endpoint=endpoint, now=now)
    make_due_calls(now)
    headers, body = receiver.got[-1]
    assert Webhook(old).verify(body, headers) == Webhook(new).verify(body, headers)
    secrets = opened(Endpoint.objects.get().sealed_secrets)
    assert secrets.signing(now + timedelta(hours=25)) == [new]


def test_a_leaked_secret_signs_no_more(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, old = endpoint_at(shop, receiver.url)
    rotate_secret(endpoint=endpoint, keep_previous=False, by="staff:olga", now=now)
    send_test(endpoint=endpoint, now=now)
    make_due_calls(now)
    headers, body = receiver.got[-1]
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)


def test_410_switches_the_endpoint_off_says_so_in_the_log_and_stops_the_rest(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    make_order(shop)
    tell(now)
    waiting = Call.objects.count()
    receiver.status = 410
    make_due_calls(now)
    make_due_calls(now + timedelta(hours=1))
    assert len(receiver.got) == 1
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.reason) == ("disabled", "It answered 410: it wants no more calls.")
    assert EventRow.objects.get(type="webhook_endpoint.disabled").data["endpoint"] == endpoint.public_id
    assert Call.objects.filter(state="queued").count() == waiting - 1
    with pytest.raises(NotActive):
        send_test(endpoint=endpoint, now=now)


def test_an_endpoint_that_is_down_is_asked_twice_then_left_in_peace_and_loses_nothing(
    shop: Store, receiver: Receiver
) -> None:
    now = clock.now()
    endpoint_at(shop, receiver.url)
    make_order(shop)
    tell(now)
    count = Call.objects.count()
    receiver.status = 500
    assert make_due_calls(now) == 1
    assert make_due_calls(now, slow=True) == 1
    assert make_due_calls(now, slow=True) == 0
    receiver.status = 200
    later = now + timedelta(minutes=1)
    assert make_due_calls(later) == 0, "whoever failed is served by the patient loop"
    assert make_due_calls(later, slow=True) == count
    assert Call.objects.filter(state="sent").count() == count
    endpoint = Endpoint.objects.get()
    assert (endpoint.failures, endpoint.failing_since, endpoint.is_slow) == (0, None, False)
    assert sorted(Call.objects.values_list("attempts", flat=True))[-2:] == [2, 2]


def test_one_failure_among_many_calls_puts_off_no_other(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint_at(shop, receiver.url, "order.placed")
    with transaction.atomic():
        record([Fact(OrderPlaced(f"#{n}", 1, "EUR", 1), shop.pk, now) for n in range(30)], now=now)
    tell(now)
    receiver.fails_at = 12
    while make_due_calls(now) + make_due_calls(now, slow=True):
        pass
    assert Call.objects.filter(state="sent").count() == 29
    assert Call.objects.get(state="queued").due_at > now
    assert len(receiver.got) == 30


def test_an_endpoint_that_asks_to_wait_is_waited_for(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    send_test(endpoint=endpoint, now=now)
    receiver.status, receiver.retry_after = 429, "900"
    make_due_calls(now)
    receiver.status = 200
    assert make_due_calls(now + timedelta(minutes=14), slow=True) == 0
    assert make_due_calls(now + timedelta(minutes=16), slow=True) == 1


def test_days_without_a_success_switch_it_off(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    receiver.status = 400
    for day in range(7):
        at = now + timedelta(days=day)
        endpoint.refresh_from_db()
        if endpoint.state == "active":
            send_test(endpoint=endpoint, now=at)
            make_due_calls(at)
    assert endpoint.state == "disabled"
    assert "taken nothing for 5 days" in endpoint.reason


def test_a_slow_endpoint_keeps_nobody_waiting(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    slow, _ = endpoint_at(shop, receiver.url, "order.placed")
    with receiving() as quick:
        endpoint_at(shop, quick.url)
        Endpoint.objects.filter(pk=slow.pk).update(is_slow=True)
        make_order(shop)
        tell(now)
        make_due_calls(now)
        assert quick.got
        assert not receiver.got


def test_a_long_queue_of_one_endpoint_leaves_room_for_another(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    busy, _ = endpoint_at(shop, receiver.url, "order.placed")
    with transaction.atomic():
        record([Fact(OrderPlaced(f"#{n}", 1, "EUR", 1), shop.pk, now) for n in range(160)], now=now)
    tell(now)
    with receiving() as other:
        fresh, _ = endpoint_at(shop, other.url)
        send_test(endpoint=fresh, now=now + timedelta(seconds=1))
        make_due_calls(now + timedelta(seconds=2))
        assert len(other.got) == 1
        assert 0 < len(receiver.got) < 160
    assert busy.public_id != fresh.public_id


def test_a_call_is_repeated_under_its_id(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    send_test(endpoint=endpoint, now=now)
    call = Call.objects.get()
    assert not replay_call(call=call, now=now)
    make_due_calls(now)
    assert replay_call(call=call, now=now)
    make_due_calls(now)
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [call.public_id] * 2
    call.refresh_from_db()
    assert [tried["status"] for tried in call.history] == [200, 200]


def test_what_was_missed_is_told_again_and_what_was_taken_is_not(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url, "order.placed")
    make_order(shop, id="1", number="#1")
    tell(clock.now())
    make_due_calls(clock.now())
    set_endpoint_state(endpoint=endpoint, state=Endpoint.State.PAUSED, by="staff:olga", now=clock.now())
    make_order(shop, id="2", number="#2")
    tell(clock.now())
    make_due_calls(clock.now())
    assert [body["data"]["number"] for body in bodies(receiver)] == ["#1"]
    set_endpoint_state(endpoint=endpoint, state=Endpoint.State.ACTIVE, by="staff:olga", now=clock.now())
    endpoint.refresh_from_db()
    # Factories write the log on a morning of their own.
    EventRow.objects.update(recorded_at=now)
    assert recover_endpoint(endpoint=endpoint, since=now - timedelta(hours=1), now=clock.now()) == 1
    assert recover_endpoint(endpoint=endpoint, since=now - timedelta(hours=1), now=clock.now()) == 0
    make_due_calls(clock.now())
    assert [body["data"]["number"] for body in bodies(receiver)] == ["#1", "#2"]


def test_a_long_span_is_read_in_chunks_without_leaving_anything_out(
    shop: Store, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aftercare.foundation.webhooks.actions.telling._CHUNK", 7)
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url, "order.placed")
    for second in (3, 2, 1):
        at = now - timedelta(seconds=second)
        with transaction.atomic():
            record([Fact(OrderPlaced(f"#{second}-{n}", 1, "EUR", 1), shop.pk, at) for n in range(15)], now=at)
    assert recover_endpoint(endpoint=endpoint, since=now - timedelta(minutes=1), now=now) == 45


@pytest.mark.parametrize("days", [-1, 31])
def test_only_the_kept_past_is_told_again(shop: Store, receiver: Receiver, days: int) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    with pytest.raises(Invalid) as refused:
        recover_endpoint(endpoint=endpoint, since=now - timedelta(days=days), now=now)
    assert refused.value.field == "since"


def test_old_calls_fail_and_are_then_forgotten(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    send_test(endpoint=endpoint, now=now)
    assert give_up_old_calls(now=now + timedelta(days=2)) == 0
    assert give_up_old_calls(now=now + timedelta(days=4)) == 1
    assert Call.objects.get().state == "failed"
    assert forget_old_calls(now=now + timedelta(days=29)) == 0
    assert forget_old_calls(now=now + timedelta(days=31)) == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/", "Only https"),
        ("https://127.0.0.1/", "private"),
        ("https://user:secret@localhost/", "password"),
        ("https://no.such.host.invalid/", "cannot be called"),
        ("https://[::1", "cannot be called"),
        ("ftp://localhost/", "cannot be called"),
    ],
)
def test_what_cannot_or_must_not_be_called_is_refused(shop: Store, settings: Settings, url: str, words: str) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    with pytest.raises(Invalid, match=words) as refused:
        endpoint_at(shop, url)
    assert refused.value.field == "url"


def test_what_is_changed_stands_in_the_log(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    endpoint, _ = endpoint_at(shop, receiver.url)
    change_endpoint(endpoint=endpoint, types=["order.placed"], description="", by="staff:olga", now=now)
    change_endpoint(endpoint=endpoint, types=["order.placed"], by="staff:olga", now=now)
    (changed,) = EventRow.objects.filter(type="webhook_endpoint.changed")
    assert changed.data["before"] == {"types": []}
    assert changed.data["after"] == {"types": ["order.placed"]}
    assert changed.actor == "staff:olga"


def test_unknown_events_are_named(shop: Store, receiver: Receiver) -> None:
    with pytest.raises(Invalid, match="There is no event") as refused:
        endpoint_at(shop, receiver.url, "order.placed", "order.plaecd")
    assert refused.value.field == "types[1]"
