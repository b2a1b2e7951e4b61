"""A message is what its template and inputs say, to the byte, and every mail program reads the same in it."""

import email.policy
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from aftercare.engagement.messaging.email.addresses import Address
from aftercare.engagement.messaging.email.content import WireContent, wire_content
from aftercare.engagement.messaging.email.mime import MessageInputs, Unsubscribe, assemble, prepare_mail
from aftercare.engagement.messaging.email.problems import HeaderProblem
from aftercare.foundation.kit.liquid.problems import TemplateRenderProblem, TemplateSyntaxProblem
from aftercare.foundation.kit.liquid.template import compile_template

SUBJECT = "Order {{ order.number }} → thank you, {{ name }}"
HTML = """<html>\n<body>\n  <p>Dear {{ name }},</p>
  <ul>{% for line in order.lines %}\n    <li>{{ line }}</li>{% endfor %}
  </ul>\n\t.hidden\n.\n{% if note %}  {{ note }}  {% endif %}
</body></html>
"""
TEXT = "Dear {{ name }},\n{% for line in order.lines %}\n- {{ line }}{% endfor %}\n.\n..\nFrom us = {{ note }}"
TEMPLATE = prepare_mail(subject=SUBJECT, html=HTML, text=TEXT)
CONTEXT = {"name": "Zoë & Co", "order": {"number": "#1", "lines": ["Mug", "Tea <b>", "Größe 38"]}, "note": ".\r\n.x"}


def inputs(**changes: Any) -> MessageInputs:
    values: dict[str, Any] = {
        "context": CONTEXT,
        "sender": Address("hello@shop.example", "Juniper & Oak"),
        "recipient": Address("sam@example.com", "Zoë"),
        "message_id": "msg_1@shop.example",
        "date": datetime(2026, 11, 22, 8, 0, tzinfo=UTC),
    }
    return MessageInputs(**values | changes)


def read(message: bytes) -> EmailMessage:
    parsed = message_from_bytes(message, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert not [defect for part in parsed.walk() for defect in part.defects]
    return parsed


def body(message: bytes, kind: str) -> str:
    part = read(message).get_body((kind,))
    assert isinstance(part, EmailMessage)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def crlf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def test_both_parts_are_what_the_templates_render() -> None:
    message = assemble(template=TEMPLATE, inputs=inputs())
    html = compile_template(HTML, autoescape=True).render(CONTEXT)
    text = compile_template(TEXT, autoescape=False).render(CONTEXT)
    assert (body(message, "html"), body(message, "plain")) == (crlf(html), crlf(text))


def test_the_header_says_who_what_and_when() -> None:
    message = read(assemble(template=TEMPLATE, inputs=inputs()))
    assert dict(message.items()) == {
        "Date": "Sun, 22 Nov 2026 08:00:00 +0000",
        "From": "Juniper & Oak <hello@shop.example>",
        "To": "Zoë <sam@example.com>",
        "Subject": "Order #1 → thank you, Zoë & Co",
        "Message-ID": "<msg_1@shop.example>",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
        "Content-Type": message["Content-Type"],
    }
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_threads_unsubscribing_and_feedback_have_their_fields() -> None:
    message = read(
        assemble(
            template=TEMPLATE,
            inputs=inputs(
                reply_to=Address("ticket+1@shop.example"),
                in_reply_to="msg_0@shop.example",
                references=("first@shop.example", "msg_0@shop.example"),
                unsubscribe=Unsubscribe("https://shop.example/u/1", "u@shop.example"),
                feedback_id="journey:store:type:aftercare",
                automatic=False,
                extra_fields={"X-Entity-Ref-ID": "ord_1"},
            ),
        )
    )
    assert message["Reply-To"] == "ticket+1@shop.example"
    assert message["In-Reply-To"] == "<msg_0@shop.example>"
    assert message["References"].split() == ["<first@shop.example>", "<msg_0@shop.example>"]
    assert message["List-Unsubscribe"] == "<https://shop.example/u/1>, <mailto:u@shop.example>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Feedback-ID"] == "journey:store:type:aftercare"
    assert message["X-Entity-Ref-ID"] == "ord_1"
    assert "Auto-Submitted" not in message


def test_the_same_inputs_give_the_same_bytes() -> None:
    again = prepare_mail(subject=SUBJECT, html=HTML, text=TEXT)
    assert assemble(template=TEMPLATE, inputs=inputs()) == assemble(template=again, inputs=inputs())


def test_without_a_text_template_the_text_comes_from_the_html() -> None:
    template = prepare_mail(subject="x", html='<p>Dear {{ name }},</p><a href="{{ url }}">Track</a>')
    message = assemble(template=template, inputs=inputs(context={"name": "Zoë & Co", "url": "https://x.example"}))
    assert body(message, "plain") == "Dear Zoë & Co,\r\n\r\nTrack (https://x.example)\r\n"


values = st.text(max_size=120) | st.sampled_from(
    ["", ".", "\r\n.\r\n", "\n.\nMAIL FROM:<m@x>", "a  b\t\n c ", "=", "=\r\n", "--=_aftercare_", "ä" * 200, "x" * 1200]
)


PLAIN_SUBJECT = prepare_mail(subject="x", html=HTML, text=TEXT)


@settings(deadline=None)
@example(name="", lines=["\r"], note="")
@given(name=values, lines=st.lists(values, max_size=4), note=values)
def test_any_data_make_a_sound_message(name: str, lines: list[str], note: str) -> None:
    context = {"name": name, "order": {"lines": lines}, "note": note}
    message = assemble(template=PLAIN_SUBJECT, inputs=inputs(context=context))
    assert message.isascii()
    assert wire_content(message) == message
    assert max(len(line) for line in message.split(b"\r\n")) <= 78
    # A value's line ends are its own: a CR at its end does not join an LF of the template.
    context = {"name": crlf(name), "order": {"lines": [crlf(line) for line in lines]}, "note": crlf(note)}
    html = compile_template(HTML, autoescape=True).render(context)
    text = compile_template(TEXT, autoescape=False).render(context)
    replaced = [crlf(part).encode("utf-8", "replace").decode() for part in (html, text)]
    assert [body(message, "html"), body(message, "plain")] == replaced


def test_a_message_needs_no_second_look_before_smtp() -> None:
    assert type(assemble(template=TEMPLATE, inputs=inputs())) is WireContent


def test_fragments_marked_safe_are_not_escaped_twice() -> None:
    template = prepare_mail(subject="x", html="{{ name }}", text="{{ name }}")
    message = assemble(template=template, inputs=inputs(context={"name": Markup("<b>é</b>")}))
    assert (body(message, "html"), body(message, "plain")) == ("<b>é</b>", "<b>é</b>")


@pytest.mark.parametrize(
    "changes",
    [
        {"context": CONTEXT | {"name": "Sam\r\nBcc: mallory@example.com"}},
        {"sender": Address("hello@shop.example", "Shop\nX: y")},
        {"recipient": Address("sam@example.com\r\nX: y")},
        {"message_id": "1@x>\r\nX: y"},
        {"in_reply_to": "1@x\n"},
        {"feedback_id": "a\nb"},
        {"unsubscribe": Unsubscribe("https://x/\r\ny")},
        {"extra_fields": {"X-A": "b\nc"}},
        {"extra_fields": {"X-A\r\nX-B": "b"}},
        {"extra_fields": {"Subject": "another"}},
        {"extra_fields": {"dkim-signature": "v=1"}},
        {"date": datetime(2026, 1, 1)},  # noqa: DTZ001 -- the point
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(HeaderProblem):
        assemble(template=TEMPLATE, inputs=inputs(**changes))


def test_a_template_that_fails_says_so() -> None:
    with pytest.raises(TemplateSyntaxProblem):
        prepare_mail(subject="{{ a", html="x")
    template = prepare_mail(subject="x", html="{{ 1 | divided_by: zero }}")
    with pytest.raises(TemplateRenderProblem):
        assemble(template=template, inputs=inputs(context={"zero": 0}))
