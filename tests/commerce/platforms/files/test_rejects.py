"""What is refused comes back so that it can be corrected and fed again."""

import csv
import io
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.platforms.errors import RejectsInTheWay
from aftercare.commerce.platforms.files.ndjson import read_objects
from aftercare.commerce.platforms.files.records import Problem, Record
from aftercare.commerce.platforms.files.rejects import CsvRejects, NdjsonRejects, RejectsFile, default_path
from aftercare.commerce.platforms.files.source import open_source
from aftercare.commerce.platforms.files.tables import read_table
from tests.commerce.platforms.feeding import cells_of, records_of, write


def wrong(line: int, field: str = "id") -> Problem:
    return Problem(line, field, "is wrong", "Correct it.", "wrong")


def reject_table(path: Path, to: Path) -> list[Record]:
    """Refuse every row of a CSV file."""
    with open_source(str(path)) as source:
        table = read_table(source)
        records = [Record([row]) for row in table.rows]
        rejects = RejectsFile(to, CsvRejects(table, has_bom=source.has_bom))
        rejects.write([(record, [record.problem or wrong(record.line)]) for record in records])
        rejects.close()
    return records


def reject_lines(path: Path, to: Path) -> list[Record]:
    """Refuse every line of an NDJSON file."""
    with open_source(str(path)) as source:
        records = list(read_objects(source))
    rejects = RejectsFile(to, NdjsonRejects())
    rejects.write([(record, [record.problem or wrong(record.line)]) for record in records])
    rejects.close()
    return records


def test_a_row_comes_back_with_its_notes() -> None:
    reject_table(write("it.csv", 'id;a name\r\n1;"x;""y"""\r\n'), Path("out.csv"))
    assert Path("out.csv").read_bytes() == (
        b'id;a name;_line;_field;_problem;_remedy;_raw\r\n1;"x;""y""";2;id;is wrong;Correct it.;\r\n'
    )


def test_the_byte_order_mark_comes_back_for_spreadsheets() -> None:
    reject_table(write("it.csv", "\ufeffid\n1\n"), Path("out.csv"))
    assert Path("out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_bytes_that_are_no_text_come_back_as_they_were() -> None:
    reject_table(write("it.csv", b"id,name\n1,M\xfcller\n2,a\x00b\n"), Path("out.csv"))
    assert b"1,M\xfcller,2," in Path("out.csv").read_bytes()
    assert b"2,a\x00b,3," in Path("out.csv").read_bytes()


def test_a_row_that_could_not_be_taken_apart_may_be_corrected_in_its_raw_text() -> None:
    reject_table(write("it.csv", "id,name\n1,Sam,too many\n"), Path("out.csv"))
    text = Path("out.csv").read_text(encoding="utf-8").replace("Sam,too many", "Sam")
    assert cells_of(records_of(write("again.csv", text))) == [[{"id": "1", "name": "Sam"}]]


def test_a_row_that_could_not_be_taken_apart_may_be_corrected_in_its_cells() -> None:
    reject_table(write("it.csv", "id,name\n1,Sam,too many\n"), Path("out.csv"))
    text = Path("out.csv").read_text(encoding="utf-8").replace("\n,,2,", "\n1,Sam,2,")
    assert cells_of(records_of(write("again.csv", text))) == [[{"id": "1", "name": "Sam"}]]


@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.sampled_from([b"1,a", b"2,b", b'3,"x"y', b"4", b'5,"two\nlines"', b"6,M\xfcller", b'7,"open']),
        ),
        max_size=6,
    )
)
def test_refusing_what_was_refused_loses_nothing(lines: list[bytes]) -> None:
    path, first, second = write("it.csv", b"id,name\n" + b"\n".join(lines)), Path("out.csv"), Path("out-2.csv")
    for stale in (first, second):
        stale.unlink(missing_ok=True)
    before = reject_table(path, first)
    again = reject_table(first, second) if first.exists() else []
    assert cells_of(again) == cells_of(before)
    assert [row.original.rstrip(b"\r\n") for record in again for row in record.rows] == [
        row.original.rstrip(b"\r\n") for record in before for row in record.rows
    ]


def test_an_object_comes_back_as_it_was_written_with_its_notes() -> None:
    reject_lines(write("it.ndjson", '{"id": 12345678901234567890123, "total": 19.90}\n'), Path("out.ndjson"))
    assert Path("out.ndjson").read_text(encoding="utf-8") == (
        '{"id": 12345678901234567890123, "total": 19.90,'
        '"_line":1,"_field":"id","_problem":"is wrong","_remedy":"Correct it."}\n'
    )


def test_an_object_that_comes_back_twice_has_its_notes_once() -> None:
    reject_lines(write("it.ndjson", '\n\n{"id": 12345678901234567890123}\n'), Path("out.ndjson"))
    reject_lines(Path("out.ndjson"), Path("out-2.ndjson"))
    text = Path("out-2.ndjson").read_text(encoding="utf-8")
    assert orjson.loads(text)["_line"] == 1
    assert text.count("_line") == 1
    assert "12345678901234567890123" in text


def test_a_line_that_is_no_object_comes_back_after_a_note() -> None:
    reject_lines(write("it.ndjson", b'{"id": 1}\n{"id": \xfc\n'), Path("out.ndjson"))
    note, line = Path("out.ndjson").read_bytes().splitlines()[1:]
    assert orjson.loads(note)["_problem"] == "byte 0xFC at position 8 is not UTF-8"
    assert line == b'{"id": \xfc'


@given(
    lines=st.lists(
        st.one_of(
            st.binary(max_size=20), st.sampled_from([b'{"id": 1}', b'{"id": 2, "_line": 3}', b"{}", b'{"_line": 1}'])
        ),
        max_size=6,
    )
)  # fmt: skip
def test_refusing_lines_that_were_refused_loses_nothing(lines: list[bytes]) -> None:
    path, first, second = write("it.ndjson", b'{"id": 0}\n' + b"\n".join(lines)), Path("out.nd"), Path("out-2.nd")
    for stale in (first, second):
        stale.unlink(missing_ok=True)
    before, again = reject_lines(path, first), reject_lines(first, second)
    assert cells_of(again) == cells_of(before)
    assert [record.problem and record.rows[0].original.strip() for record in again] == [
        record.problem and record.rows[0].original.strip() for record in before
    ]


def test_several_problems_are_told_at_once() -> None:
    path = write("it.csv", "id,email\n1,x\n")
    with open_source(str(path)) as source:
        table = read_table(source)
        (row,) = table.rows
        rejects = RejectsFile(Path("out.csv"), CsvRejects(table, has_bom=False))
        rejects.write([(Record([row]), [wrong(2, "id"), wrong(2, "email")])])
        rejects.close()
    (written,) = list(csv.DictReader(io.StringIO(Path("out.csv").read_text(encoding="utf-8"))))
    assert (written["_field"], written["_problem"]) == ("id | email", "is wrong | is wrong")


def test_a_file_is_never_overwritten() -> None:
    write("out.csv", "the work of hours\n")
    with pytest.raises(RejectsInTheWay):
        reject_table(write("it.csv", "id\n1\n"), Path("out.csv"))
    assert Path("out.csv").read_text(encoding="utf-8") == "the work of hours\n"


def test_without_rejects_there_is_no_file() -> None:
    reject_table(write("it.csv", "id\n"), Path("out.csv"))
    assert not Path("out.csv").exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orders.csv.gz", "orders.rejects.csv"),
        ("orders.rejects.csv", "orders.rejects.csv"),
        ("my orders.csv", "my-orders.rejects.csv"),
        ("orders", "orders.rejects.csv"),
    ],
)
def test_the_name_of_the_rejects_follows_from_that_of_the_file(name: str, expected: str) -> None:
    assert default_path(name, "csv", Path()).name == expected


def test_a_name_that_is_taken_gets_a_number() -> None:
    write("orders.rejects.csv", "")
    write("orders.rejects-2.csv", "")
    assert default_path("orders.rejects.csv", "csv", Path()).name == "orders.rejects-3.csv"
