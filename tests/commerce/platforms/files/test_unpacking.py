"""Unpacking gzip."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.platforms.files.unpacking import Unpacked

LINES = b"".join(b"%d,%d\n" % (number, number * 7919 % 10007) for number in range(5000))


def lines_of(packed: bytes) -> tuple[list[bytes], Exception | None]:
    """What can be read, and what ended it."""
    lines = []
    try:
        for line in io.BufferedReader(Unpacked(io.BytesIO(packed)), 4096):
            lines.append(line)  # noqa: PERF402 -- what was read before a failure counts
    except (EOFError, zlib.error) as error:
        return lines, error
    return lines, None


@given(content=st.binary(max_size=5000), level=st.integers(0, 9))
def test_whatever_was_packed_is_unpacked(content: bytes, level: int) -> None:
    assert io.BufferedReader(Unpacked(io.BytesIO(gzip.compress(content, level)))).read() == content


def test_archives_put_together_and_padded_are_one() -> None:
    packed = gzip.compress(b"1\n") + b"\x00" * 300 + gzip.compress(b"") + gzip.compress(b"2\n") + b"\x00" * 70_000
    assert lines_of(packed) == ([b"1\n", b"2\n"], None)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.999])
def test_every_line_before_a_missing_end_is_read(share: float) -> None:
    lines, error = lines_of(gzip.compress(LINES)[: int(len(gzip.compress(LINES)) * share)])
    assert isinstance(error, EOFError)
    assert len(lines) > 4500 * share
    assert LINES.startswith(b"".join(lines))


@pytest.mark.parametrize(
    "damaged", [gzip.compress(LINES)[:-8] + b"\x00" * 8, gzip.compress(b"1\n") + b"garbage"], ids=["sum", "end"]
)
def test_a_wrong_sum_and_a_wrong_end_are_noticed(damaged: bytes) -> None:
    _, error = lines_of(damaged)
    assert isinstance(error, zlib.error)
