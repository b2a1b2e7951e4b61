"""Taking NDJSON apart, and keeping what cannot be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.ndjson import read_objects
from aftercare.commerce.platforms.files.records import Row
from aftercare.commerce.platforms.files.source import open_source
from tests.commerce.platforms.feeding import write


def rows_of(content: str | bytes) -> list[Row]:
    with open_source(str(write("it.ndjson", content))) as source:
        return [record.rows[0] for record in read_objects(source)]


def test_objects_come_with_their_lines() -> None:
    rows = rows_of('{"id": 1}\n\n{"id": 2}')
    assert [(row.line, dict(row.cells)) for row in rows] == [(1, {"id": 1}), (3, {"id": 2})]


def test_a_whole_number_beyond_64_bits_keeps_all_its_digits() -> None:
    assert rows_of('{"id": 123456789012345678901234567890}')[0].cells["id"] == 123456789012345678901234567890


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"nonsense", "not JSON"),
        (b"[1]", "not JSON"),
        (b"3", "not JSON"),
        (b"{}", "not JSON"),
        (b'{"id": NaN}', "not JSON"),
        (b'{"id": "\xfc"}', "not UTF-8"),
        (b'{"id": "\\ud800"}', "not JSON"),
    ],
)
def test_a_line_that_is_no_object_keeps_its_text_and_its_problem(line: bytes, kind: str) -> None:
    rows = rows_of(b'{"id": 1}\n' + line + b'\n{"id": 2}\n')
    assert [row.problem and row.problem.kind for row in rows] == [None, kind, None]
    assert rows[1].original == line + b"\n"


def test_notes_of_a_former_import_are_no_content() -> None:
    rows = rows_of('{"_line": 7, "_problem": "x"}\n{"id": 1, "_line": 7, "_field": "id"}\n')
    assert [dict(row.cells) for row in rows] == [{"id": 1}]


def test_json_over_several_lines_is_refused_at_once() -> None:
    with pytest.raises(UnreadableFile, match="several lines"):
        rows_of('{\n  "id": 1\n}\n')


@given(content=st.binary(max_size=300))
def test_no_bytes_whatever_make_it_fail_in_another_way(content: bytes) -> None:
    for row in rows_of(b'{"id": 1}\n' + content):
        assert bool(row.cells) != bool(row.problem)
