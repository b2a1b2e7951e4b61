"""DATA carries a message unchanged, and only the message."""

from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email.content import WireContent, wire_content

awkward = st.lists(st.sampled_from([b"a", b".", b"\r\n", b"\n", b"\r", b"..", b"\r\n.\r\n", b"x" * 50]), max_size=12)


@settings(deadline=None)
@given(pieces=awkward)
def test_no_message_can_end_itself(pieces: list[bytes]) -> None:
    content = wire_content(b"".join(pieces))
    assert content.endswith(b"\r\n")
    assert b"\r\n.\r\n" not in b"\r\n" + content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")


@settings(deadline=None)
@given(pieces=awkward)
def test_the_server_reads_what_was_written(pieces: list[bytes]) -> None:
    message = b"".join(pieces)
    lines = wire_content(message).split(b"\r\n")[:-1]
    read = b"\n".join(line[1:] if line.startswith(b".") else line for line in lines) + b"\n"
    expected = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert read == (expected if expected.endswith(b"\n") else expected + b"\n")


def test_a_clean_message_stays_as_it_is() -> None:
    message = b"Subject: x\r\n\r\nHello. World\r\n"
    assert wire_content(message) == message
    assert type(wire_content(message)) is WireContent
