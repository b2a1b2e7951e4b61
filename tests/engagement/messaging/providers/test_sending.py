"""Messages handed to providers: what every one of them is told, and what is made of what they answer."""

from typing import Any
from urllib.parse import unquote_plus

import pytest
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.providers import Handed, MailProvider, provider_called, providers
from aftercare.engagement.messaging.providers.guard import PrivateAddress, refuse_private
from aftercare.engagement.messaging.providers.sending import composed, send_by
from tests.engagement.messaging.providers.gateway import ANSWERS, Gateway

MESSAGE = b"""Date: Sun, 22 Nov 2026 10:00:00 +0000\r
From: Juniper & Oak <hello@juniper.example>\r
To: Sam Okafor <sam@example.com>\r
Subject: =?utf-8?b?RGFua2UsIFNhbQ==?=\r
Message-ID: <msg_3n8w0dq5t1v7x2zb@juniper.example>\r
Reply-To: reply+msg_3n8w0dq5t1v7x2zb@in.juniper.example\r
References: <ord_3n8w0dq5t1v7x2zb@juniper.example>\r
List-Unsubscribe: <https://care.example/u/1/>\r
List-Unsubscribe-Post: List-Unsubscribe=One-Click\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="b"\r
\r
--b\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
Sch=C3=B6n, dass du da bist.\r
--b\r
Content-Type: text/html; charset=utf-8\r
Content-Transfer-Encoding: quoted-printable\r
\r
<p>Sch=C3=B6n, dass du da bist.</p>\r
--b--\r
"""
HANDED = Handed("msg_3n8w0dq5t1v7x2zb", MESSAGE)
SENDING = [provider for provider in providers().values() if provider.backend]


def settings_for(provider: MailProvider) -> dict[str, str]:
    """Something for every setting that must be told."""
    told = {setting.name: next(iter(setting.choices), "test-key") for setting in provider.settings if setting.secret}
    told |= {
        setting.name: next(iter(setting.choices), "juniper") for setting in provider.settings if not setting.secret
    }
    return told | {setting.name: "https://mail.example/api/v1" for setting in provider.settings if setting.address}


def send(key: str, *, count: int = 1) -> list[Any]:
    provider = provider_called(key)
    return list(send_by(provider=provider, settings=settings_for(provider), handed=[HANDED] * count))


@pytest.mark.parametrize("provider", SENDING, ids=lambda provider: provider.key)
def test_every_provider_is_told_all_that_matters(provider: MailProvider, gateway: Gateway) -> None:
    gateway.answer = ANSWERS[provider.key]
    (receipt,) = send(provider.key)
    assert (receipt.outcome, receipt.trouble) == ("sent", ""), receipt
    (call,) = gateway.calls
    assert call.host
    told = unquote_plus(call.body.decode())
    for said in ("sam@example.com", "hello@juniper.example", "https://care.example/u/1/", "msg_3n8w0dq5t1v7x2zb"):
        assert said in told, said


def test_parts_and_headers_of_our_bytes_are_what_is_handed_over(gateway: Gateway) -> None:
    send("postmark")
    told = gateway.calls[0].told
    assert (told["Subject"], told["TextBody"], told["HtmlBody"]) == (
        "Danke, Sam", "Schön, dass du da bist.", "<p>Schön, dass du da bist.</p>",
    )  # fmt: skip
    headers = {header["Name"]: header["Value"] for header in told["Headers"]}
    assert headers == {
        "Message-ID": "<msg_3n8w0dq5t1v7x2zb@juniper.example>", "List-Unsubscribe": "<https://care.example/u/1/>",
        "References": "<ord_3n8w0dq5t1v7x2zb@juniper.example>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }  # fmt: skip
    assert told["Metadata"] == {"message_id": "msg_3n8w0dq5t1v7x2zb"}
    assert told["ReplyTo"] == "reply+msg_3n8w0dq5t1v7x2zb@in.juniper.example"


def test_dots_that_smtp_doubles_are_single() -> None:
    stuffed = Handed("msg_3n8w0dq5t1v7x2zb", MESSAGE.replace(b"Sch=C3", b"..Sch=C3"))
    assert composed(stuffed, provider_called("postmark")).body.startswith(".Sch")


def test_a_repeated_message_is_recognised_where_the_provider_can(gateway: Gateway) -> None:
    gateway.answer = ANSWERS["resend"]
    send("resend")
    assert gateway.calls[0].headers["idempotency-key"] == HANDED.public_id


@pytest.mark.parametrize(
    ("status", "outcome", "is_trouble"),
    [(429, "later", False), (500, "later", False), (503, "later", False), (401, "later", True), (403, "later", True),
     (400, "refused", False), (422, "refused", False)],
)  # fmt: skip
def test_what_the_answer_means(gateway: Gateway, status: int, outcome: str, *, is_trouble: bool) -> None:
    gateway.answer = (status, {}, {"ErrorCode": 300, "Message": "no"})
    (receipt,) = send("postmark")
    assert (receipt.outcome, bool(receipt.trouble)) == (outcome, is_trouble)
    assert not receipt.address_is_dead


def test_once_asked_to_slow_down_the_rest_waits(gateway: Gateway) -> None:
    gateway.answer = (429, {}, {})
    receipts = send("postmark", count=60)
    assert {receipt.outcome for receipt in receipts} == {"later"}
    assert len(gateway.calls) < 60


def test_what_nobody_answers_is_tried_later(settings: Settings) -> None:
    settings.MAIL_GATEWAY = "http://127.0.0.1:9"
    (receipt,) = send("mailgun")
    assert receipt.outcome == "later"
    assert "test-key" not in receipt.reply


def test_an_invalid_recipient_is_a_dead_address(gateway: Gateway) -> None:
    gateway.answer = (200, {}, [{"email": "sam@example.com", "status": "invalid", "_id": "1"}])
    (receipt,) = send("mandrill")
    assert (receipt.outcome, receipt.address_is_dead) == ("refused", True)


def test_many_go_at_once_and_each_gets_its_own_answer(gateway: Gateway) -> None:
    receipts = send("postmark", count=50)
    assert [receipt.outcome for receipt in receipts] == ["sent"] * 50
    assert len(gateway.calls) == 50


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "https://10.0.0.1/api", "https://[::1]/", "http://169.254.169.254/"]
)
def test_a_typed_address_never_leads_into_our_own_network(url: str) -> None:
    with pytest.raises(PrivateAddress):
        refuse_private(url)


def test_a_private_address_is_trouble_that_staff_see(settings: Settings) -> None:
    settings.MAIL_GATEWAY = ""
    told = {"api_url": "http://127.0.0.1:9/", "api_key": "k"}
    (receipt,) = send_by(provider=provider_called("postal"), settings=told, handed=[HANDED])
    assert (receipt.outcome, receipt.trouble) == ("later", "127.0.0.1 is a private address")
