"""Lists as CSV, streamed: however long the list, the memory stays the same."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.http import StreamingHttpResponse

from aftercare.foundation.stores.scope import store_scope

ROWS_AT_ONCE = 1000
_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
# A cell that begins with one of these is a formula to a spreadsheet, and customers write what stands in our cells.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Chunk(NamedTuple):
    """Some rows as cells, and the cursor of the next ones; empty after the last."""

    rows: Iterable[Sequence[object]]
    following: str


class _Lines:
    """What the CSV writer takes for a file: hands every line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    *, name: str, store_id: int, header: Sequence[str], read: Callable[[str], Chunk]
) -> StreamingHttpResponse:
    """A download of all that `read(cursor)` answers, chunk by chunk, each within the store's scope."""
    lines = _lines(store_id, header, read)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _lines(store_id: int, header: Sequence[str], read: Callable[[str], Chunk]) -> Iterator[str]:
    writer = csv.writer(_Lines())
    yield _BYTE_ORDER_MARK + writer.writerow(header)
    cursor, is_first = "", True
    while cursor or is_first:
        # Opened for each chunk: by the time a response is streamed, the view and its scope are gone.
        with store_scope(store_id):
            chunk = read(cursor)
            lines = [writer.writerow([_cell(value) for value in row]) for row in chunk.rows]
        yield "".join(lines)
        cursor, is_first = chunk.following, False


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
