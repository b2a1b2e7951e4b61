"""Telling text from what is not UTF-8."""

from aftercare.commerce.platforms.files.records import Problem, Row

_REMEDY = "Save the file in UTF-8; if it came from Windows: `iconv -f CP1252 -t UTF-8`."


def not_utf8(row: Row) -> Problem | None:
    """The first byte of a row's original text that is not UTF-8; None where all are."""
    return problem_of_bytes(row.original, row.line)


def problem_of_bytes(text: bytes, line: int) -> Problem | None:
    """The first byte that is no UTF-8, or a NUL, which no database can store; None where there is neither."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line += text.count(b"\n", 0, error.start)
        column = error.start - text.rfind(b"\n", 0, error.start)
        byte = text[error.start]
        return Problem(line, "", f"byte 0x{byte:02X} at position {column} is not UTF-8", _REMEDY, "not UTF-8")
    if b"\x00" in text:
        return Problem(line, "", "holds a NUL character", "Remove it: `tr -d '\\000'`.", "NUL character")
    return None
