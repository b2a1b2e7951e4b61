"""Taking CSV apart, and keeping what cannot be."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.source import open_source
from aftercare.commerce.platforms.files.tables import read_table
from tests.commerce.platforms.feeding import cells_of, records_of, write

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
TABLES = st.integers(1, 5).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))


def rows_of(content: str | bytes) -> list[dict[str, str]]:
    return [row for rows in cells_of(records_of(write("it.csv", content))) for row in rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_delimiters_and_line_ends_are_recognised(delimiter: str, line_end: str) -> None:
    lines = [["id", "a name"], ["1", 'say "hi"'], ["2", "two\nlines"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(lines)
    assert rows_of(text.getvalue()) == [{"id": "1", "a name": 'say "hi"'}, {"id": "2", "a name": "two\nlines"}]


@given(table=TABLES, delimiter=st.sampled_from(",;\t|"), line_end=st.sampled_from(["\n", "\r\n"]))
def test_whatever_was_written_is_read(table: list[list[str]], delimiter: str, line_end: str) -> None:
    columns = [f"column {number}" for number in range(len(table[0]))] if table else ["id"]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows([columns, *table])
    expected = [dict(zip(columns, row, strict=True)) for row in table if any(row)]
    assert rows_of(text.getvalue()) == expected


@given(content=st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_whatever_make_it_fail_in_another_way(content: bytes) -> None:
    with open_source(str(write("it.csv", b"id,name\n" + content))) as source:
        for row in read_table(source).rows:
            assert row.cells or row.problem


def test_lines_are_counted_as_an_editor_does() -> None:
    records = records_of(write("it.csv", 'id,note\n1,"two\nlines"\n\n2,x\n'))
    assert [(record.line, record.rows[0].cells["id"]) for record in records] == [(2, "1"), (5, "2")]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"1,a,b\n", "number of cells"),
        (b"1\n", "number of cells"),
        (b'1,"a"b\n', "stray quotation mark"),
        (b'1,"' + b"x" * 140_000 + b'"\n', "cell too long"),
    ],
)
def test_a_row_that_is_no_csv_is_kept_as_it_stands_and_the_next_is_read(line: bytes, kind: str) -> None:
    broken, good = records_of(write("it.csv", b"id,name\n" + line + b"2,Sam\n"))
    assert broken.problem is not None
    assert (broken.problem.kind, broken.problem.line, broken.rows[0].original) == (kind, 2, line)
    assert dict(good.rows[0].cells) == {"id": "2", "name": "Sam"}


def test_an_open_quotation_mark_takes_the_rest_and_says_where_it_opened() -> None:
    (record,) = records_of(write("it.csv", 'id,name\n1,"Sam\n2,Kim\n'))
    assert record.problem is not None
    assert record.problem.problem == "a quotation mark opens and never closes (lines 2 to 3)"
    assert record.rows[0].original == b'1,"Sam\n2,Kim\n'


def test_a_byte_that_is_no_utf_8_is_named_and_kept() -> None:
    (record,) = records_of(write("it.csv", b'id,name\n1,"a\nM\xfcller"\n'))
    assert record.problem is not None
    assert record.problem[:3] == (3, "", "byte 0xFC at position 2 is not UTF-8")
    assert record.rows[0].cells["name"].encode(errors="surrogateescape") == b"a\nM\xfcller"


def test_a_nul_is_named() -> None:
    (record,) = records_of(write("it.csv", b"id,name\n1,a\x00b\n"))
    assert record.problem is not None
    assert record.problem.kind == "NUL character"


@pytest.mark.parametrize(
    ("header", "word"),
    [(b"id,id\n", "twice"), (b'"id\n', "header"), (b"id,na\xefve\n", "UTF-8"), (b'"a"b,c\n', "header")],
)
def test_a_header_that_is_none_is_refused(header: bytes, word: str) -> None:
    with pytest.raises(UnreadableFile, match=word):
        records_of(write("it.csv", header + b"1,2\n"))


def test_a_column_without_a_name_keeps_its_cells() -> None:
    assert rows_of("id,\n1,x\n") == [{"id": "1", "(column 2)": "x"}]


@pytest.mark.parametrize("content", ["", "id,name\n", "id,name"])
def test_nothing_but_a_header_holds_nothing(content: str) -> None:
    assert rows_of(content) == []
