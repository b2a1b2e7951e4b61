"""Every gateway: what it is sent, what its answers mean, and what its calls change. Spoken to over sockets."""

import contextlib
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.errors import NotGenuine, UnreadableEvent
from aftercare.engagement.messaging.gateways import Call
from aftercare.engagement.messaging.models import Handover, InboundMessage, MessageNews, Suppression
from aftercare.engagement.messaging.sms import gateways
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.providers.gateway import Gateway
from tests.engagement.messaging.sms import recorded
from tests.engagement.messaging.sms.texting import NUMBER, TextingShop
from tests.factories import NOW, make_store

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
PROVIDERS = ("twilio", "vonage", "http")
SITE = "http://testserver.example"


@pytest.fixture(autouse=True)
def _site(settings: Settings) -> None:
    settings.SITE_URL = SITE


@pytest.fixture(params=PROVIDERS)
def shop(request: pytest.FixtureRequest, store: Store, gateway: Gateway, now: datetime) -> TextingShop:
    status, document = recorded.TAKEN[request.param]
    gateway.answer = (status, {}, document)
    return TextingShop(store, now, request.param)


def fields(gateway: Gateway) -> dict[str, Any]:
    """What the last call said, whatever it was written in."""
    call = gateway.calls[-1]
    if "json" in call.headers["content-type"]:
        return dict(orjson.loads(call.body))
    return {name: values[0] for name, values in parse_qs(call.body.decode()).items()}


def status(provider: str, public_id: str, kind: str) -> dict[str, Any]:
    """What each says of a text that arrived, or of a number that is none."""
    code = {"twilio": "30005", "vonage": "1320"}[provider] if kind != "delivered" and provider != "http" else ""
    match provider:
        case "twilio":
            return recorded.twilio_status("delivered" if kind == "delivered" else "undelivered", code=code)
        case "vonage":
            return recorded.vonage_status("delivered" if kind == "delivered" else "undeliverable", code=code)
    return {
        "id": public_id,
        "status": "delivered" if kind == "delivered" else "no_such_number",
        "at": "2026-11-22T09:59:00Z",
    }


def arrived(provider: str, text: str, sender: str = NUMBER) -> dict[str, Any]:
    match provider:
        case "twilio":
            return recorded.twilio_text(text, sender=sender)
        case "vonage":
            return recorded.vonage_text(text, sender=sender.lstrip("+"))
    return {"id": f"in-{text}", "sender": sender, "recipient": "+4915112340000", "text": text}


def test_a_text_goes_out_with_its_link(shop: TextingShop, gateway: Gateway) -> None:
    message = shop.ask()

    told = fields(gateway)
    text = told.get("Body") or told["text"]
    assert message.state == "sent"
    assert message.recipient == NUMBER
    assert text.startswith(
        "Juniper & Oak: Your parcel of order #1001 was delivered. http://testserver.example/s/juniper/m/"
    )
    reported = told.get("StatusCallback") or told.get("webhook_url") or told["reports_to"]
    assert reported == f"{SITE}/hooks/messages/{shop.connection.public_id}/status/"
    with store_scope(shop.store.pk):
        handover = Handover.objects.get(message=message)
    assert handover.provider_id == recorded.TAKEN_AS[shop.provider]
    assert handover.parts == (2 if shop.provider == "http" else 1)


def test_who_calls_is_shown_by_what_only_we_know(shop: TextingShop, gateway: Gateway) -> None:
    shop.ask()

    headers = gateway.calls[-1].headers
    assert headers.get("authorization", "").startswith("Basic ") or headers["webhook-signature"].startswith("v1,")


MEANINGS = [
    ((503, {}, None), "queued"),
    ((429, {}, None), "queued"),
    ((401, {}, None), "queued"),
    ((422, {}, {}), "failed"),
]


@pytest.mark.parametrize(("answer", "state"), MEANINGS)
def test_what_an_answer_means(shop: TextingShop, gateway: Gateway, answer: Any, state: str) -> None:
    gateway.answer = answer

    assert shop.ask().state == state
    with store_scope(shop.store.pk):
        shop.connection.refresh_from_db()
    assert bool(shop.connection.trouble) == (answer[0] == 401)


def test_delivered_is_heard_once(shop: TextingShop) -> None:
    message = shop.ask()
    told = status(shop.provider, message.public_id, "delivered")

    answers = [shop.hears("status", told) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert shop.again(message).delivery == "delivered"
    with store_scope(shop.store.pk):
        assert MessageNews.objects.filter(message=message).count() == 1
        assert EventRow.objects.filter(type="message.delivered").count() == 1


def test_a_number_that_is_none_is_left_alone(shop: TextingShop) -> None:
    message = shop.ask()

    shop.hears("status", status(shop.provider, message.public_id, "gone"))

    assert shop.again(message).delivery == "bounced"
    with store_scope(shop.store.pk):
        assert Suppression.objects.get().channel == "sms"
    assert shop.ask("two").reason == "suppressed"


def test_stop_ends_everything_on_this_channel(shop: TextingShop) -> None:
    shop.ask()

    answers = [shop.hears("inbound", arrived(shop.provider, "STOP")) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert shop.said() == dict.fromkeys(["orders", "delivery", "service", "marketing"], False)
    assert shop.ask("two").reason == "suppressed"
    with store_scope(shop.store.pk):
        kept = InboundMessage.objects.get()
        assert (kept.kind, kept.channel, kept.customer_id) == ("unsubscribe", "sms", shop.sam.pk)
        assert Suppression.objects.get().cause == "stopped"
        proofs = EventRow.objects.filter(type="customer.consent_changed")
        assert {proof.data["wording"] for proof in proofs} == {"STOP"}
        assert {proof.data["source"] for proof in proofs} == {"text message"}


def test_start_allows_what_is_not_news(shop: TextingShop) -> None:
    shop.hears("inbound", arrived(shop.provider, "Abmelden"))
    shop.hears(
        "inbound",
        arrived(shop.provider, "Anmelden")
        | ({"MessageSid": "SM2"} if shop.provider == "twilio" else {"message_uuid": "two"}),
    )

    assert shop.said() == {"orders": True, "delivery": True, "service": True, "marketing": False}
    assert shop.ask().state == "sent"


def test_help_is_answered_by_us_where_the_gateway_does_not(shop: TextingShop, gateway: Gateway) -> None:
    answer = shop.hears("inbound", arrived(shop.provider, "Hilfe"))

    if shop.provider == "vonage":
        assert "Reply STOP to end them." in fields(gateway)["text"]
    else:
        assert "Reply STOP to end them." in answer.content.decode()
    assert shop.said() == {}


def test_what_twilio_answers_itself_is_not_answered_twice(store: Store, now: datetime) -> None:
    shop = TextingShop(store, now, "twilio")

    assert b"<Message>" not in shop.hears("inbound", recorded.twilio_text("HELP")).content


def test_any_other_word_is_for_people_to_read(shop: TextingShop) -> None:
    message = shop.ask()
    shop.hears("inbound", arrived(shop.provider, "Leave it with Mrs. Kim, please"))

    with store_scope(shop.store.pk):
        kept = InboundMessage.objects.get()
    assert (kept.kind, kept.in_reply_to_id, kept.order_id) == ("reply", message.pk, shop.order.pk)
    assert shop.said() == {}


def test_a_stranger_stops_for_their_number_only(shop: TextingShop) -> None:
    shop.hears("inbound", arrived(shop.provider, "stop", "+4915100000000"))

    assert shop.said() == {}
    assert shop.ask().state == "sent"


def test_what_is_not_signed_changes_nothing(shop: TextingShop) -> None:
    forged = {"token": "x", "signature_secret": "x", "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}

    assert shop.hears("inbound", arrived(shop.provider, "STOP"), **forged).status_code == 403
    with store_scope(shop.store.pk):
        shop.connection.refresh_from_db()
        assert shop.connection.refused == 1
        assert not InboundMessage.objects.exists()


def test_mallorys_gateway_says_nothing_of_our_messages(shop: TextingShop, now: datetime) -> None:
    message = shop.ask()
    mallory = TextingShop(make_store("mallory"), now, shop.provider)

    mallory.hears("status", status(shop.provider, message.public_id, "delivered"))
    mallory.hears("inbound", arrived(shop.provider, "STOP"))

    assert shop.again(message).delivery == ""
    assert shop.said() == {}


def test_vonage_tells_the_price(store: Store, gateway: Gateway, now: datetime) -> None:
    gateway.answer = (202, {}, recorded.VONAGE_TAKEN)
    shop = TextingShop(store, now, "vonage")
    message = shop.ask()

    shop.hears("status", recorded.vonage_status("delivered"))

    with store_scope(store.pk):
        handover = Handover.objects.get(message=message)
    assert (handover.cost, handover.currency) == (Decimal("0.0333"), "EUR")


def test_a_token_of_another_body_algorithm_or_day_is_no_signature() -> None:
    body, secret = b'{"message_uuid":"a","status":"delivered"}', "s"
    tokens = [
        recorded.vonage_token(b"{}", secret), recorded.vonage_token(body, secret, algorithm="none"),
        recorded.vonage_token(body, secret, issued=0), recorded.vonage_token(body, "t"), "", "a.b.c",
    ]  # fmt: skip
    for token in tokens:
        call = Call("", {"Authorization": f"Bearer {token}"}, body, {"signature_secret": secret})
        with pytest.raises(NotGenuine):
            gateways["vonage"].read("status", call, now=NOW)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("webhook", ["status", "inbound"])
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_nothing_a_caller_sends_raises_anything_else(provider: str, webhook: str, data: st.DataObject) -> None:
    """Signed, so that what is behind the signature is read."""
    words = st.text(max_size=20)
    value = words if provider == "twilio" else st.recursive(st.none() | st.booleans() | st.floats() | words, st.lists)
    like = [*recorded.twilio_status(""), *recorded.vonage_status("delivered", code="1"), "id", "sender", "status"]
    told = data.draw(st.dictionaries(st.sampled_from(like) | words, value, max_size=12))
    known = {**recorded.SETTINGS[provider], "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    try:
        body, headers, _ = recorded.signed(provider, SITE, told, known)
    except (TypeError, ValueError):
        return
    with contextlib.suppress(NotGenuine, UnreadableEvent):
        gateways[provider].read(webhook, Call(SITE, headers, body, known), now=NOW)


@pytest.mark.parametrize("provider", PROVIDERS)
@given(body=st.binary(max_size=200), header=st.text(max_size=60))
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
def test_bytes_without_a_signature_are_turned_away(provider: str, body: bytes, header: str) -> None:
    names = ("X-Twilio-Signature", "Authorization", "webhook-signature", "webhook-id", "webhook-timestamp")
    known = {**recorded.SETTINGS[provider], "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    with pytest.raises((NotGenuine, UnreadableEvent)):
        gateways[provider].read("status", Call(SITE, dict.fromkeys(names, header), body, known), now=NOW)
