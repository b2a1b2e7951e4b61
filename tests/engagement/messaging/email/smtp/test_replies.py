"""Replies are read from any cut of the stream, and nonsense is recognised."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email.smtp.replies import ProtocolViolation, Reply, ReplyReader

STREAM = b"220 hello\r\n250-first\r\n250-SIZE 10\r\n250 last\r\n354\r\n550 5.1.1 no such user\n"
REPLIES = [
    Reply(code=220, text="hello", lines=("hello",)),
    Reply(code=250, text="first SIZE 10 last", lines=("first", "SIZE 10", "last")),
    Reply(code=354, text="", lines=("",)),
    Reply(code=550, text="5.1.1 no such user", lines=("5.1.1 no such user",)),
]


@settings(deadline=None)
@given(cuts=st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_replies_are_the_same_however_the_stream_is_cut(cuts: list[int]) -> None:
    reader = ReplyReader()
    edges = [0, *sorted(cuts), len(STREAM)]
    found = [reply for start, end in pairwise(edges) for reply in reader.feed(STREAM[start:end])]
    assert found == REPLIES
    assert reader.is_empty


def test_half_a_reply_is_not_nothing() -> None:
    reader = ReplyReader()
    assert reader.feed(b"250-a\r\n") == []
    assert not reader.is_empty


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [("5.1.1 no", "5.1.1"), ("2.0.0", "2.0.0"), ("hello 5.1.1", ""), ("", ""), ("4.1234.1 x", ""), ("1.2.3 x", "")],
)
def test_the_enhanced_code_leads_the_text(text: str, enhanced: str) -> None:
    assert Reply(code=250, text=text, lines=(text,)).enhanced == enhanced


@pytest.mark.parametrize("data", [b"hello\r\n", b"25 x\r\n", b"250x\r\n", b"\r\n", b"x" * 5000, b"250-x\r\n" * 300])
def test_what_is_no_reply_is_a_violation(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        ReplyReader().feed(data)
