"""Opening what people feed."""

import gzip
import io
import sys
import zipfile
from pathlib import Path

import pytest

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files import source as module
from aftercare.commerce.platforms.files.source import Format, open_source
from tests.commerce.platforms.feeding import write


def lines_of(path: Path | str) -> list[bytes]:
    with open_source(str(path)) as source:
        return list(source.lines())


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"id,email\n", Format.CSV),
        (b'{"id": 1}\n', Format.NDJSON),
        (b'\n  {"id": 1}\n', Format.NDJSON),
        (b"\xef\xbb\xbfid,email\n", Format.CSV),
        (b'\xef\xbb\xbf{"id": 1}\n', Format.NDJSON),
        (b"", Format.CSV),
    ],
)
@pytest.mark.parametrize("name", ["plain", "packed.gz"])
def test_the_format_is_told_by_the_content_whatever_the_name(content: bytes, expected: Format, name: str) -> None:
    with open_source(str(write(name, content))) as source:
        assert source.format is expected


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_the_byte_order_mark_is_no_part_of_the_first_line(name: str) -> None:
    assert lines_of(write(name, b"\xef\xbb\xbfid\r\n1\r\n")) == [b"id\r\n", b"1\r\n"]


def test_standard_input_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.TextIOWrapper(io.BytesIO(gzip.compress(b"id\n1\n")))
    monkeypatch.setattr(sys, "stdin", piped)
    with open_source("-") as source:
        assert (list(source.lines()), source.size, source.position()) == ([b"id\n", b"1\n"], None, 0)


def test_position_ends_at_the_size_on_disk() -> None:
    path = write("many.csv.gz", b"id\n" + b"1\n" * 100_000)
    with open_source(str(path)) as source:
        for _ in source.lines():
            pass
        assert source.position() == source.size == path.stat().st_size


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (b"\xfe\xff\x00i\x00d", "UTF-16"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"  [{}]", "array"),
        (b"<html>", "HTML"),
        (b"BZh91AY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ],
)
def test_what_is_no_format_of_ours_is_named_with_a_remedy(content: bytes, word: str) -> None:
    with pytest.raises(UnreadableFile, match=word) as refused, open_source(str(write("it", content))):
        pass
    assert refused.value.remedy


def test_a_workbook_is_told_from_text() -> None:
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(UnreadableFile, match="Excel"), open_source(str(write("orders.xlsx", workbook.getvalue()))):
        pass


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_what_cannot_be_opened_is_refused(path: str) -> None:
    with pytest.raises(UnreadableFile), open_source(path):
        pass


def test_a_damaged_archive_gives_what_came_before_and_says_where_it_broke() -> None:
    packed = gzip.compress(b"".join(b"%d\n" % number for number in range(200_000)))
    path = write("half", packed[: len(packed) // 2])
    lines: list[bytes] = []
    with open_source(str(path)) as source, pytest.raises(UnreadableFile, match="damaged after line") as refused:
        lines.extend(source.lines())
    assert "Feed" in refused.value.remedy or "feed" in refused.value.remedy


@pytest.mark.parametrize(
    "content",
    [b"\x1f\x8b", b"\x1f\x8b\x08garbage", gzip.compress(gzip.compress(b"id\n"))],
    ids=["head", "garbage", "twice"],
)
def test_an_archive_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile), open_source(str(write("it.gz.bin", content))) as source:
        list(source.lines())


def test_a_line_without_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LONGEST_LINE", 1000)
    with pytest.raises(UnreadableFile, match="line 2"):
        lines_of(write("one.csv", b"id\n" + b"x" * 5000))
