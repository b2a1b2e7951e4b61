"""NDJSON: one object per line."""

from collections.abc import Iterator

from pydantic_core import from_json

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.encoding import not_utf8
from aftercare.commerce.platforms.files.records import NOTES, Problem, Record, Row
from aftercare.commerce.platforms.files.source import Source


def read_lines(source: Source) -> Iterator[Record]:
    """Every line that is not blank, unparsed: whoever knows the schema parses faster than we could here."""
    for number, line in enumerate(source.lines(), 1):
        if not line.isspace():
            yield Record([Row(number, {}, line)])


def read_objects(source: Source) -> Iterator[Record]:
    """Every object, parsed; lines that are none carry their problem, notes of a former import are left out."""
    for record in read_lines(source):
        row = parsed(record.rows[0])
        if row.cells or row.problem:
            yield Record([row])


def parsed(row: Row) -> Row:
    """The row with its object as cells, or with the problem why there is none. A bare note gives neither."""
    try:
        # Not orjson: it turns a whole number beyond 64 bits into a float, and an order id with it.
        content = from_json(row.original, allow_inf_nan=False)
    except ValueError as error:
        if row.line == 1 and row.original.strip() == b"{":
            raise UnreadableFile(
                "The file is JSON spread over several lines.", remedy="Write one object per line: `jq -c . FILE`."
            ) from error
        return row._replace(problem=not_utf8(row) or _no_json(row, str(error)))
    if not isinstance(content, dict):
        return row._replace(problem=_no_json(row, f"it is a {type(content).__name__}"))
    if not content:
        return row._replace(problem=_no_json(row, "it is empty"))
    return row._replace(cells=without_notes(content))


def without_notes(content: dict[str, object]) -> dict[str, object]:
    """The object as it was before a former import added what was wrong with it."""
    return {key: value for key, value in content.items() if key not in NOTES}


def _no_json(row: Row, why: str) -> Problem:
    return Problem(row.line, "", f"is not a JSON object: {why}", "Write one JSON object on this line.", "not JSON")
