"""From rows to records: consecutive rows with the same key are one fact, as shops export orders."""

from collections.abc import Iterator

from aftercare.commerce.platforms.files.records import Record, Row


def single(rows: Iterator[Row]) -> Iterator[Record]:
    """Every row is a record of its own."""
    for row in rows:
        yield Record([row])


def grouped(rows: Iterator[Row], key: str) -> Iterator[Record]:
    """Consecutive rows with the same value of the column `key` are one record; a row without one stands alone.

    A row that could not be taken apart may belong to the record before it or to the one after it. Taking those in
    without it might leave an order short of a line, so the three make one record, to be refused together.
    """
    current: list[Row] = []
    current_key = ""
    torn = False
    for row in rows:
        row_key = str(row.cells.get(key, "")).strip()
        belongs = torn or not row.cells or (row_key != "" and row_key == current_key)
        if current and not belongs:
            yield Record(current)
            current = []
        current.append(row)
        torn = not row.cells
        current_key = current_key if torn else row_key
    if current:
        yield Record(current)
