"""A header says what it was given, in any language, and cannot be made to say more."""

import email.policy
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email import headers
from aftercare.engagement.messaging.email.addresses import Address, envelope_address
from aftercare.engagement.messaging.email.problems import HeaderProblem

printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf", "Cn", "Co"]), max_size=150)
LINE_BREAKS = ["\r", "\n", "\r\n", "\x00", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x7f", "\x08"]


def read(name: str, value: bytes) -> EmailMessage:
    raw = name.encode() + b": " + value + b"\r\n\r\nbody\r\n"
    message = message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert len(message.keys()) == 1
    assert message.get_payload() == "body\r\n"
    return message


def check_lines(name: str, value: bytes) -> None:
    for number, line in enumerate(value.split(b"\r\n")):
        assert line.isascii()
        assert len(line) + (len(name) + 2 if number == 0 else 0) <= 998
        assert number == 0 or line.startswith(b" ")
        assert line.strip() or number == 0


@settings(deadline=None)
@given(text=printable)
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    value = headers.text_value("Subject", text)
    check_lines("Subject", value)
    assert read("Subject", value)["Subject"].strip() == text.strip()


@pytest.mark.parametrize(
    "text", ["Ihre Bestellung für heute " * 8, "订单已发货" * 20, "😀" * 60, "x" * 2000, "word " * 300]
)
def test_long_subjects_are_folded(text: str) -> None:
    value = headers.text_value("Subject", text.strip())
    check_lines("Subject", value)
    assert max(len(line) for line in value.split(b"\r\n")) <= 76
    assert read("Subject", value)["Subject"] == text.strip()


def test_text_that_looks_encoded_is_encoded() -> None:
    text = "=?utf-8?q?fake?= sale"
    assert read("Subject", headers.text_value("Subject", text))["Subject"] == text


@pytest.mark.parametrize("character", LINE_BREAKS)
@pytest.mark.parametrize("pattern", ["a{}Bcc: mallory@example.com", "{}", "a{}", "{}a", "ü{}ü"])
def test_nothing_that_could_end_a_line_gets_into_a_header(character: str, pattern: str) -> None:
    text = pattern.format(character)
    with pytest.raises(HeaderProblem):
        headers.text_value("Subject", text)
    with pytest.raises(HeaderProblem):
        Address("sam@example.com", text).header_value("To")
    with pytest.raises(HeaderProblem):
        Address(text + "@example.com").header_value("To")
    with pytest.raises(HeaderProblem):
        Address("sam@" + text).header_value("To")
    with pytest.raises(HeaderProblem):
        headers.message_id_value("Message-ID", [f"{text}@shop.example"])
    with pytest.raises(HeaderProblem):
        headers.unsubscribe_value("https://shop.example/" + text, "")
    with pytest.raises(HeaderProblem):
        headers.unsubscribe_value("https://shop.example/", text + "@x")
    with pytest.raises(HeaderProblem):
        headers.field_name("X-" + text)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_whatever_adds_a_line(text: str) -> None:
    try:
        value = headers.text_value("Subject", text)
    except HeaderProblem:
        assert any(character in text for character in map(chr, [*range(9), *range(10, 32), 127, 0x85, 0x2028, 0x2029]))
    else:
        check_lines("Subject", value)
        read("Subject", value)


@settings(deadline=None)
@given(name=printable)
def test_a_display_name_is_read_as_it_was_written(name: str) -> None:
    value = Address("sam@example.com", name).header_value("To")
    check_lines("To", value)
    (address,) = read("To", value)["To"].addresses
    assert address.addr_spec == "sam@example.com"
    shown = address.display_name
    if b"=?" in value:  # the parser of 3.11 leaves blanks between encoded words that RFC 2047 §6.2 removes
        shown = str(make_header(decode_header(value.rpartition(b" <")[0].decode())))
    assert " ".join(shown.split()) == " ".join(name.split())


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (Address("sam@example.com"), b"sam@example.com"),
        (Address("sam@example.com", "Sam Jones"), b"Sam Jones <sam@example.com>"),
        (Address("sam@example.com", "Jones, Sam"), b'"Jones, Sam" <sam@example.com>'),
        (Address("sam@example.com", 'Sam "the" \\ J'), b'"Sam \\"the\\" \\\\ J" <sam@example.com>'),
        (Address("sam@example.com", "Zoë"), b"=?utf-8?b?Wm/Dqw==?=\r\n <sam@example.com>"),
        (Address("sam@Bücher.example"), b"sam@xn--bcher-kva.example"),
        (Address("sam@straße.example"), b"sam@xn--strae-oqa.example"),
    ],
)
def test_mailboxes_are_written_plainly_quoted_or_encoded(address: Address, expected: bytes) -> None:
    assert address.header_value("To") == expected


@pytest.mark.parametrize(
    "email_address",
    [
        *("", "sam", "@example.com", "sam@", "sam@-x.example", "sam@a..b", ".sam@x.example", "a@b@c", "sam @x.example"),
        *("<sam@x>", "sam@x_y.example", "a" * 65 + "@x.example", "sam@" + "a" * 64 + ".example", '"a b"@x.example'),
        *("sam@xn--zzzzzz-.example", "sam@" + "a." * 130 + "example"),
    ],
)
def test_what_is_no_address_is_refused(email_address: str) -> None:
    with pytest.raises(HeaderProblem):
        envelope_address(email_address)


def test_message_ids_stand_in_brackets_one_per_line() -> None:
    assert headers.message_id_value("References", ["a.1@x.example", "b@y"]) == b"<a.1@x.example>\r\n <b@y>"
    for bad in ("a", "<a@b>", "a b@c", "a@b>", "@b", "a@"):
        with pytest.raises(HeaderProblem):
            headers.message_id_value("Message-ID", [bad])


def test_dates_carry_their_zone() -> None:
    moment = datetime(2026, 11, 22, 9, 5, 7, 123456, tzinfo=timezone(timedelta(hours=1)))
    assert headers.date_value(moment) == b"Sun, 22 Nov 2026 09:05:07 +0100"
    assert headers.date_value(datetime(2026, 1, 2, tzinfo=UTC)) == b"Fri, 02 Jan 2026 00:00:00 +0000"
    with pytest.raises(HeaderProblem):
        headers.date_value(datetime(2026, 1, 2))  # noqa: DTZ001 -- the point


def test_unsubscribing_is_https_first() -> None:
    value = headers.unsubscribe_value("https://shop.example/u/1?x=2", "u@shop.example")
    assert value == b"<https://shop.example/u/1?x=2>,\r\n <mailto:u@shop.example>"
    for bad in ("http://shop.example/u", "https://a b", "https://x>,<https://y", ""):
        with pytest.raises(HeaderProblem):
            headers.unsubscribe_value(bad, "")
