"""What mail providers call, over HTTP: verified, bounded, kept before it is answered, and never an error of ours."""

import hashlib
import hmac
from base64 import b64encode

import orjson
import pytest
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.actions.connections import connect_provider, disconnect_provider
from aftercare.engagement.messaging.hooks import LARGEST
from aftercare.engagement.messaging.models import ChannelConnection, MessageNews
from aftercare.engagement.messaging.providers import providers
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.providers.connecting import bounced, call, connect, told
from tests.factories import NOW, make_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
NOBODY = "msg_0000000000000000"


@pytest.fixture
def postmark(store: Store) -> ChannelConnection:
    return connect(store)


def outcome(response: HttpResponse) -> tuple[int, str]:
    assert response["Content-Type"] == "application/problem+json", response.content
    return response.status_code, orjson.loads(response.content)["code"]


def as_known_now(connection: ChannelConnection) -> ChannelConnection:
    with store_scope(connection.store_id):
        return ChannelConnection.objects.get(pk=connection.pk)


def test_what_is_genuine_is_kept_and_counted(postmark: ChannelConnection) -> None:
    assert call(postmark, bounced(NOBODY)).json() == {"events": 1, "ignored": 0}
    known = as_known_now(postmark)
    assert (known.heard, known.refused) == (1, 0)
    assert known.last_heard_at is not None


@pytest.mark.parametrize("password", ["", "forged", "aftercare"])
def test_who_does_not_know_the_password_is_turned_away(postmark: ChannelConnection, password: str) -> None:
    assert outcome(call(postmark, bounced(NOBODY), password=password)) == (403, "not_genuine")
    known = as_known_now(postmark)
    assert (known.heard, known.refused) == (0, 1)
    with store_scope(postmark.store_id):
        assert not MessageNews.objects.exists()


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"[[[[", b'{"RecordType": {"a": 1}}']
)
def test_what_cannot_be_read_is_said_to_be_so(postmark: ChannelConnection, body: bytes) -> None:
    response = call(postmark, body)
    assert response.status_code == 200 or outcome(response) == (422, "unreadable_event")


def test_what_is_too_large_is_not_read(postmark: ChannelConnection) -> None:
    assert outcome(call(postmark, b" " * (LARGEST + 1))) == (413, "body_too_large")


def test_the_other_address_is_named(postmark: ChannelConnection) -> None:
    status, code = outcome(call(postmark, bounced(NOBODY), webhook="inbound"))
    assert (status, code) == (422, "unreadable_event")
    assert outcome(call(postmark, bounced(NOBODY), webhook="other")) == (404, "not_found")


def test_nobody_is_at_other_addresses(postmark: ChannelConnection) -> None:
    assert outcome(Client().post("/hooks/mail/mlc_0000000000000000/tracking/")) == (404, "mail_not_connected")
    with store_scope(postmark.store_id):
        disconnect_provider(connection=postmark, by="staff:usr_olga", now=NOW)
    assert Client().post(f"/hooks/mail/{postmark.public_id}/tracking/").status_code == 404


def test_providers_that_look_first_whether_anybody_is_there_find_somebody(postmark: ChannelConnection) -> None:
    address = f"/hooks/mail/{postmark.public_id}/tracking/"
    assert Client().head(address).status_code == Client().get(address).status_code == 200
    assert Client().put(address).status_code == 405


def test_signatures_are_made_over_what_came(store: Store) -> None:
    mailgun = connect(store, "mailgun")

    def sign(key: bytes) -> dict[str, object]:
        signature = hmac.new(key, b"1795340000token", hashlib.sha256).hexdigest()
        data = {
            "event": "failed", "severity": "permanent", "reason": "bounce", "recipient": "sam@example.com",
            "timestamp": 1795340000.5, "delivery-status": {"code": 550, "message": "no such user"},
            "user-variables": {"message_id": NOBODY},
        }  # fmt: skip
        return {"signature": {"timestamp": "1795340000", "token": "token", "signature": signature}, "event-data": data}

    assert call(mailgun, sign(b"signing-key"), password="").json()["events"] == 1
    assert outcome(call(mailgun, sign(b"another-key"), password="")) == (403, "not_genuine")


def test_a_webhook_that_cannot_be_checked_takes_nothing(store: Store) -> None:
    with store_scope(store.pk):
        mandrill = connect_unsigned(store, "mandrill", api_key="key")
    assert outcome(call(mandrill, b"mandrill_events=[]", content_type="application/x-www-form-urlencoded")) == (
        403, "webhook_not_set_up",
    )  # fmt: skip


def connect_unsigned(store: Store, provider: str, **settings_told: str) -> ChannelConnection:
    return connect_provider(store_id=store.pk, provider=provider, settings=settings_told, by="staff", now=NOW)


def test_every_webhook_of_the_table_can_be_called(store: Store) -> None:
    for provider in providers().values():
        with store_scope(store.pk):
            usual = "https://mail.example/"
            told_to_it = {one.name: next(iter(one.choices), usual) for one in provider.settings}
            made = connect_unsigned(store, provider.key, **told_to_it)
        for name in provider.webhooks:
            response = call(made, b'{"a": 1}', webhook=name)
            assert response.status_code in {200, 403, 422}, (provider.key, name, response.content)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nothing_a_provider_sends_is_an_error_of_ours(postmark: ChannelConnection, data: st.DataObject) -> None:
    event = told(data.draw(st.sampled_from(["Bounce", "Open", "Click", "Delivery", "SpamComplaint", "X"])), NOBODY)
    for key in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=3)):
        event[key] = data.draw(json_like)
    try:
        body = orjson.dumps(event)
    except (TypeError, ValueError):
        return
    assert call(postmark, body).status_code in {200, 422, 429}


@pytest.mark.parametrize("length", [127, 254, 10_000])
def test_an_address_that_grows_as_its_case_is_folded_is_none(postmark: ChannelConnection, length: int) -> None:
    event = {**bounced(NOBODY), "Email": f"{'ß' * length}@example.com"}
    assert call(postmark, event).status_code == 200


def test_the_password_of_another_store_opens_nothing(store: Store, postmark: ChannelConnection) -> None:
    mallory = connect(make_store("birch"))
    with store_scope(mallory.store_id):
        pair = b64encode(f"aftercare:{settings_of(mallory)['webhook_password']}".encode()).decode()
    response = Client().post(
        f"/hooks/mail/{postmark.public_id}/tracking/", orjson.dumps(bounced(NOBODY)), "application/json",
        headers={"Authorization": f"Basic {pair}"},
    )  # fmt: skip
    assert outcome(response) == (403, "not_genuine")
