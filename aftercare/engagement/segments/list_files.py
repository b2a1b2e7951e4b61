"""Files of customers for a list: CSV with a column for e-mail addresses, phone numbers or ids, whoever wrote it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.records import Problem, Record, Row
from aftercare.commerce.platforms.files.rejects import CsvRejects
from aftercare.commerce.platforms.files.source import Format, open_source
from aftercare.commerce.platforms.files.tables import Table, read_table
from aftercare.engagement.segments.errors import UnreadableList
from aftercare.engagement.segments.people import Called, find_called
from aftercare.foundation.stores.models import Store

MOST_BYTES = 20 * 1024 * 1024
_AT_ONCE = 1000
# What shops and mail programs call the columns, without case, blanks and signs.
_COLUMNS = {
    "email": ("email", "mail", "emailaddress", "adresse", "emailadresse"),
    "phone": ("phone", "phonenumber", "mobile", "telephone", "tel", "telefon"),
    "customer": ("customer", "customerid", "id", "externalid", "account"),
}
_NOBODY = Problem(0, "", "nobody here is called so", "Correct it, or let the customer be known first.", "nobody")
_EMPTY = Problem(0, "", "names nobody", "Give an e-mail address, a phone number or an id.", "empty")


class ReadList(NamedTuple):
    """Whom a file names: row ids of customers in its order, and the rows nobody was found for, as a file."""

    customer_ids: list[int]
    rows: int
    refused: int
    rejects: bytes


def read_list(content: bytes, *, name: str, store: Store) -> ReadList:
    """Read a whole file; raises UnreadableList where it is none. Within the store's scope."""
    if len(content) > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise UnreadableList(f"The file is larger than {limit} MB.", field="file", remedy="Split it.")
    with NamedTemporaryFile(prefix="list-", suffix=".csv") as file:
        file.write(content)
        file.flush()
        try:
            return _read(Path(file.name), store)
        except UnreadableFile as refusal:
            sentence = refusal.sentence.replace(Path(file.name).name, name)
            raise UnreadableList(sentence, field="file", remedy=refusal.remedy) from refusal


def _read(path: Path, store: Store) -> ReadList:
    with open_source(str(path)) as source:
        if source.format != Format.CSV:
            raise UnreadableList("The file is no CSV.", field="file", remedy="Save it as CSV with a header.")
        table = read_table(source)
        columns = _named(table)
        found: list[int] = []
        rejects = CsvRejects(table, has_bom=source.has_bom)
        refused: list[bytes] = []
        rows = 0
        for chunk in _chunks(table.rows):
            rows += len(chunk)
            for row, outcome in _matched(chunk, columns, store):
                if isinstance(outcome, Problem):
                    refused.append(rejects.body(Record([row]), [outcome._replace(line=row.line)]))
                else:
                    found.append(outcome)
    return ReadList(found, rows, len(refused), rejects.head() + b"".join(refused) if refused else b"")


def _matched(rows: Sequence[Row], columns: dict[str, str], store: Store) -> Iterator[tuple[Row, int | Problem]]:
    called = [_called(row, columns) if row.problem is None else Called() for row in rows]
    for row, one, owner in zip(rows, called, find_called(store=store, called=called), strict=True):
        yield row, row.problem or owner or (_NOBODY if one.is_anybody else _EMPTY)


def _called(row: Row, columns: dict[str, str]) -> Called:
    return Called(**{what: str(row.cells.get(column, "")).strip() for what, column in columns.items()})


def _named(table: Table) -> dict[str, str]:
    """Which column holds what."""
    plain = {"".join(filter(str.isalnum, column.lower())): column for column in reversed(table.columns)}
    found = {what: next((plain[name] for name in names if name in plain), "") for what, names in _COLUMNS.items()}
    known = {what: column for what, column in found.items() if column}
    if not known:
        raise UnreadableList(
            "No column holds e-mail addresses, phone numbers or ids.", field="file",
            remedy="Call one of the columns in the first line email, phone or customer.",
        )  # fmt: skip
    return known


def _chunks(rows: Iterator[Row]) -> Iterator[Sequence[Row]]:
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk
