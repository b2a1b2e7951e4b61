"""Calls to other systems, made to a server of our own."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from aftercare.foundation.kit import clock
from aftercare.foundation.stores.models import Store
from aftercare.foundation.webhooks.actions import CallRequest, make_due_calls, queue_calls
from aftercare.foundation.webhooks.models import Call
from aftercare.foundation.webhooks.outgoing import post
from aftercare.foundation.webhooks.signing import signing_secret
from tests.foundation.webhooks.receiving import Receiver

pytestmark = pytest.mark.django_db


def queue(store: Store, url: str, now: datetime) -> Call:
    queue_calls(calls=[CallRequest(store.pk, "test", "one", url, {"hello": "there"})], now=now)
    return Call.objects.get()


def test_a_call_is_made_once_and_its_signature_holds(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    queue(shop, receiver.url, now)
    queue(shop, receiver.url, now)
    assert make_due_calls(now) == 1
    assert make_due_calls(now) == 0
    ((headers, body),) = receiver.got
    assert Webhook(signing_secret(shop.pk)).verify(body, headers) == {"hello": "there"}
    assert Call.objects.get().state == "sent"


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_whoever_does_not_take_it_is_asked_again_under_the_same_id(
    shop: Store, receiver: Receiver, status: int
) -> None:
    now = clock.now()
    call = queue(shop, receiver.url, now)
    receiver.status = status
    make_due_calls(now)
    assert Call.objects.get().state == "queued"
    receiver.status = 204
    make_due_calls(now + timedelta(minutes=1))
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [call.public_id] * 2
    assert Call.objects.get().state == "sent"


def test_gone_means_never_again(shop: Store, receiver: Receiver) -> None:
    now = clock.now()
    queue(shop, receiver.url, now)
    receiver.status = 410
    make_due_calls(now)
    assert Call.objects.get().state == "failed"


def test_a_call_that_a_killed_worker_had_claimed_is_made_again(shop: Store, receiver: Receiver) -> None:
    now = datetime(2026, 11, 22, 10, tzinfo=UTC)
    queue(shop, receiver.url, now)
    Call.objects.update(state="sending", leased_until=now + timedelta(minutes=3))
    assert make_due_calls(now + timedelta(minutes=1)) == 0
    assert make_due_calls(now + timedelta(minutes=4)) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/latest", "http://0.0.0.0/",
        "ftp://example.com/", "file:///etc/passwd", "http:///", "http://localhost:1/",
    ],
)  # fmt: skip
def test_private_and_odd_addresses_are_not_called(url: str) -> None:
    answer = post(url=url, body=b"", headers={})
    assert answer.status == 0
    assert answer.body
