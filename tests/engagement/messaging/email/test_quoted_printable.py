"""Encoded text decodes to itself, however it is cut, and needs nothing of SMTP or DKIM."""

import quopri
import re

import dkim.canonicalization
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.email import quoted_printable

pieces_of_text = st.lists(
    st.text(max_size=200)
    | st.sampled_from(
        ["", ".", "..", " ", "\t", " \n ", "=", "==", "From ", "a" * 300, "ä" * 90, "x  y\n\n.z \n", "\r"]
    )
    | st.from_regex(r"\A[a-z=. ]{60,90}\Z"),
    max_size=8,
)


def normal(text: str) -> str:
    """`text` with CRLF line ends, and what UTF-8 cannot say replaced."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n").encode("utf-8", "replace").decode()


def check_lines(encoded: bytes) -> None:
    assert encoded.isascii()
    for line in encoded.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert b"\r" not in line
        assert b"\n" not in line
        assert not line.endswith((b" ", b"\t"))


@settings(deadline=None)
@given(texts=pieces_of_text)
def test_pieces_decode_to_the_whole_text(texts: list[str]) -> None:
    encoded = quoted_printable.join([quoted_printable.encode(text) for text in texts])
    check_lines(encoded + b"=")
    assert quopri.decodestring(encoded).decode() == "".join(normal(text) for text in texts)


@settings(deadline=None)
@example(texts=["0" * 69 + "==0", "x"])
@example(texts=["0" * 300, "0" * 76, "0" * 75])
@given(texts=pieces_of_text)
def test_values_encoded_together_decode_one_by_one(texts: list[str]) -> None:
    encoded = quoted_printable.encode_values(texts)
    assert [quopri.decodestring(value).decode() for value in encoded] == [normal(text) for text in texts]
    check_lines(quoted_printable.join(encoded) + b"=")


@settings(deadline=None)
@given(texts=pieces_of_text)
def test_dkim_changes_nothing(texts: list[str]) -> None:
    for encoded in ([quoted_printable.encode(text) for text in texts], quoted_printable.encode_values(texts)):
        body = quoted_printable.join([*encoded, b"--end"]) + b"\r\n"
        assert dkim.canonicalization.Relaxed.canonicalize_body(body) == body


def test_the_encoded_boundary_cannot_occur_in_a_body() -> None:
    assert b"=_" not in quoted_printable.encode("--=_aftercare_0123456789abcdef")
    assert b"=_" not in b"".join(quoted_printable.encode_values(["=_", "x=_y"]))


def test_many_short_values_take_one_call() -> None:
    values = ["Sam", "Söhne & Co", "9,95 €", "https://shop.example/t?a=1", "x" * 100, "trailing "]
    encoded = quoted_printable.encode_values(values)
    assert encoded[:3] == [b"Sam", b"S=C3=B6hne & Co", b"9,95 =E2=82=AC"]
    assert re.fullmatch(rb"x{75}=\r\nx{25}", encoded[4])
    assert encoded[5] == b"trailing=20"
