"""Mail that comes in: kept once, matched, shown, and acted on where a machine wrote it."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart

import pytest
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.customers.models import Consent, Customer, Identity
from aftercare.commerce.orders.models import Order
from aftercare.engagement.messaging.actions.delivery import deliver_by_own_carriers, deliver_due
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.inbound.reading import read_mail, safe_html
from aftercare.engagement.messaging.models import ChannelConnection, InboundMessage, Message, Suppression
from aftercare.engagement.messaging.providers.receiving import Arrived
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import consent, make_customer, make_order, request_for, with_templates
from tests.engagement.messaging.providers.connecting import call, connect
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
REPORT = """\
From: MAILER-DAEMON@mx.example.com
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

This is the mail system.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; sam@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: message/rfc822

Message-ID: <{about}@juniper.example>
Subject: We have your order

Thank you.
--b--
"""


class Juniper:
    """The shop, whose own mail server posts what arrives at in.juniper.example, and a message to Sam."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.connection: ChannelConnection = connect(store, "relay", reply_domain="in.juniper.example")
        with store_scope(store.pk):
            with_templates(store, now)
            self.sam: Customer = make_customer(store, now)
            self.order: Order = make_order(self.sam, now)
            request_messages(requests=[request_for(self.order, now, message_type="thank_you")], now=now)
            deliver_due(now)
            deliver_by_own_carriers(now)
            self.message = Message.objects.get()

    def address(self, use: str = "reply") -> str:
        return f"{use}+{self.message.public_id}@in.juniper.example"

    def arrives(self, mail: bytes, *, recipient: str = "") -> InboundMessage | None:
        query = f"?recipient={recipient.replace('+', '%2B')}" if recipient else ""
        answer = call(self.connection, mail, webhook="inbound", content_type="message/rfc822", query=query)
        assert answer.status_code == 200, answer.content
        with store_scope(self.store.pk):
            return InboundMessage.objects.select_related("in_reply_to", "order", "customer").order_by("-pk").first()

    def next_decision(self, message_type: str = "thank_you") -> str:
        with store_scope(self.store.pk):
            request = request_for(self.order, self.now, message_type=message_type, key="next")
            (taken,) = request_messages(requests=[request], now=self.now)
        return taken.decision.reason.value


def written(*, to: str, sender: str = "Sam Okafor <sam@example.com>", **headers: str) -> EmailMessage:
    """What Sam writes."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, headers.pop("subject", "Re: Thank you")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("When will it come?\n\n> Thank you, Sam\n")
    return mail


@pytest.fixture
def juniper(store: Store, now: datetime) -> Juniper:
    Store.objects.filter(pk=store.pk).update(sender_email="hello@juniper.example")
    store.refresh_from_db()
    return Juniper(store, now)


def test_an_answer_finds_its_message_customer_and_order(juniper: Juniper) -> None:
    mail = written(to=juniper.address())
    mail.add_alternative("<p>When?</p><script>x()</script><img src='http://t.example/1.gif'>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="receipt.pdf")
    kept = juniper.arrives(mail.as_bytes())
    assert kept is not None
    assert (kept.kind, kept.in_reply_to, kept.order, kept.customer) == (
        "reply", juniper.message, juniper.order, juniper.sam,
    )  # fmt: skip
    assert (kept.sender, kept.sender_name, kept.subject) == ("sam@example.com", "Sam Okafor", "Re: Thank you")
    assert "When will it come?" in kept.text
    assert kept.html.strip() == "<p>When?</p>"
    assert kept.attachments == [{"name": "receipt.pdf", "type": "application/pdf", "size": 8}]
    with store_scope(juniper.store.pk):
        event = EventRow.objects.get(type="message.received")
    assert (event.customer_id, event.order_id, event.data["kind"]) == (juniper.sam.pk, juniper.order.pk, "reply")


def test_it_is_shown(juniper: Juniper) -> None:
    kept = juniper.arrives(written(to=juniper.address()).as_bytes())
    assert kept is not None
    olga = Staff(juniper.store)
    assert "Re: Thank you Written by a person Sam Okafor #1001" in words_of(olga.see("replies"))
    page = words_of(olga.see("reply", kept.public_id))
    assert "When will it come?" in page
    assert "Answers Thank you, with a guide" in page
    assert "Re: Thank you" in words_of(olga.see("message", juniper.message.public_id))
    assert "Re: Thank you · Written by a person" in words_of(olga.see("order", juniper.order.public_id))
    mallory = Staff(make_store("birch"), email="mallory@birch.example")
    assert mallory.get("reply", kept.public_id).status_code == 404


@pytest.mark.parametrize("by", ["In_Reply_To", "References"])
def test_an_answer_to_another_address_is_matched_by_what_it_answers(juniper: Juniper, by: str) -> None:
    reference = f"<{juniper.message.public_id}@juniper.example>"
    kept = juniper.arrives(written(to="hello@juniper.example", sender="sam@work.example", **{by: reference}).as_bytes())
    assert kept is not None
    assert kept.in_reply_to == juniper.message


def test_a_thread_is_known_by_its_order_and_a_person_by_their_address(juniper: Juniper) -> None:
    root = f"<{juniper.order.public_id}@juniper.example>"
    kept = juniper.arrives(written(to="hello@juniper.example", sender="x@example.org", References=root).as_bytes())
    assert kept is not None
    assert (kept.in_reply_to, kept.order, kept.customer) == (None, juniper.order, juniper.sam)
    with store_scope(juniper.store.pk):
        Identity.objects.create(
            store=juniper.store, customer=juniper.sam, kind=Identity.Kind.EMAIL, value="sam@example.com",
            added_at=juniper.now,
        )  # fmt: skip
    kept = juniper.arrives(written(to="hello@juniper.example", subject="Hello").as_bytes())
    assert kept is not None
    assert (kept.order, kept.customer) == (None, juniper.sam)


def test_the_same_mail_again_is_kept_once(juniper: Juniper) -> None:
    mail = written(to=juniper.address()).as_bytes()
    juniper.arrives(mail)
    juniper.arrives(mail)
    with store_scope(juniper.store.pk):
        assert InboundMessage.objects.count() == EventRow.objects.filter(type="message.received").count() == 1


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"},
     {"subject": "Out of Office: Re: Thank you"}, {"subject": "Abwesenheitsnotiz"}],
)  # fmt: skip
def test_automatic_answers_are_told_apart(juniper: Juniper, headers: dict[str, str]) -> None:
    kept = juniper.arrives(written(to=juniper.address(), **headers).as_bytes())
    assert kept is not None
    expected = "reply" if headers.get("subject") == "Abwesenheitsnotiz" else "automatic"
    assert kept.kind in {"automatic", expected}


def test_unsubscribing_by_mail_is_unsubscribing(juniper: Juniper, now: datetime) -> None:
    with store_scope(juniper.store.pk):
        consent(juniper.sam, now - timedelta(days=9), purpose="service", granted=True)
    kept = juniper.arrives(written(to=juniper.address("unsubscribe")).as_bytes())
    assert kept is not None
    assert kept.kind == "unsubscribe"
    with store_scope(juniper.store.pk):
        assert not Consent.objects.get(customer=juniper.sam, purpose="service").granted
    assert juniper.next_decision() == "opted_out"


@pytest.mark.parametrize("named_by", ["address", "content"])
def test_a_delivery_report_is_a_bounce(juniper: Juniper, named_by: str) -> None:
    known = juniper.message.public_id
    to = juniper.address("bounce") if named_by == "address" else "hello@juniper.example"
    about = known if named_by == "content" else "0"
    kept = juniper.arrives(REPORT.format(to=to, action="failed", status="5.1.1", about=about).encode())
    assert kept is not None
    assert (kept.kind, kept.in_reply_to) == ("bounce", juniper.message)
    assert juniper.next_decision("order_confirmed") == "suppressed"
    with store_scope(juniper.store.pk):
        assert Suppression.objects.get().address == "sam@example.com"
        assert EventRow.objects.get(type="message.bounced").data["severity"] == "hard"


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2"), ("delivered", "2.0.0")])
def test_a_report_of_less_suppresses_nothing(juniper: Juniper, action: str, status: str) -> None:
    juniper.arrives(REPORT.format(to=juniper.address("bounce"), action=action, status=status, about="0").encode())
    assert juniper.next_decision("order_confirmed") == "good_moment"


def test_a_report_that_names_no_message_of_ours_is_not_believed(juniper: Juniper) -> None:
    forged = REPORT.format(to="hello@juniper.example", action="failed", status="5.1.1", about="msg_0000000000000000")
    juniper.arrives(forged.encode())
    assert juniper.next_decision("order_confirmed") == "good_moment"


def test_where_answers_come_stands_in_the_mail(juniper: Juniper) -> None:
    page = Staff(juniper.store).client.get(
        Staff(juniper.store, email="o@juniper.example").url("message_source", juniper.message.public_id)
    )
    assert juniper.address().encode() in page.content.replace(b"\r\n ", b"")


def test_html_runs_nothing_and_fetches_nothing() -> None:
    html = (
        '<a href="javascript:x()" onclick="x()">a</a><iframe src="x"></iframe><style>b{}</style><img src=x onerror=x()>'
    )
    cleaned = safe_html(html)
    assert not any(word in cleaned for word in ("javascript", "onclick", "iframe", "img", "style", "onerror"))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    message = AnymailInboundMessage.parse_raw_mime_bytes(raw)
    mail = read_mail(arrived=Arrived("k", message, "", ""))
    assert "\0" not in mail.text + mail.subject + mail.sender


@given(
    st.lists(st.tuples(st.sampled_from(["From", "To", "Subject", "References", "Content-Type", "In-Reply-To"]),
                       st.text(st.characters(blacklist_characters="\r\n"), max_size=60)), max_size=6),
    st.text(max_size=80),
)  # fmt: skip
def test_any_headers_are_read(headers: list[tuple[str, str]], body: str) -> None:
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n" + body
    read_mail(arrived=Arrived("k", AnymailInboundMessage.parse_raw_mime_bytes(raw.encode("utf-8", "replace")), "", ""))


def test_a_mail_of_parts_without_end_is_read() -> None:
    outer = MIMEMultipart()
    for _ in range(150):
        inner = MIMEMultipart()
        inner.attach(outer)
        outer = inner
    message = AnymailInboundMessage.parse_raw_mime_bytes(outer.as_bytes())
    assert read_mail(arrived=Arrived("k", message, "", "")).attachments == []
