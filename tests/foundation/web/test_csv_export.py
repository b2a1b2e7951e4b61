"""Lists as CSV: chunk by chunk within the store's scope, and no formula for a spreadsheet."""

import csv
import io
from decimal import Decimal

import pytest

from aftercare.foundation.stores.scope import NoStoreActive, active_store_id
from aftercare.foundation.web.csv_export import Chunk, csv_response


def rows(*chunks: Chunk) -> list[list[str]]:
    """What a spreadsheet reads, after the header."""
    waiting = iter(chunks)
    response = csv_response(name="things", store_id=7, header=["thing"], read=lambda _cursor: next(waiting))
    text = b"".join(response).decode("utf-8-sig")  # type: ignore[arg-type]  # it streams
    return list(csv.reader(io.StringIO(text)))[1:]


def test_every_chunk_until_the_last() -> None:
    assert rows(Chunk([["a"], ["b"]], "more"), Chunk([["c"]], "")) == [["a"], ["b"], ["c"]]


def test_nothing_is_a_file_with_a_header() -> None:
    assert rows(Chunk([], "")) == []


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_text_that_looks_like_a_formula_is_text(formula: str) -> None:
    assert rows(Chunk([[formula]], "")) == [[f"'{formula}"]]


def test_numbers_stay_numbers_and_nothing_stays_empty() -> None:
    assert rows(Chunk([[Decimal("-5.00"), None, 'a,"b"\nc']], "")) == [["-5.00", "", 'a,"b"\nc']]


def test_the_scope_is_open_while_a_chunk_is_read_and_closed_between() -> None:
    seen = []

    def read(cursor: str) -> Chunk:
        seen.append(active_store_id())
        return Chunk([[cursor]], "" if cursor else "more")

    for _line in csv_response(name="things", store_id=7, header=["thing"], read=read):
        with pytest.raises(NoStoreActive):
            active_store_id()
    assert seen == [7, 7]
