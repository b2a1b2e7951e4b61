"""The pack as one file: the PDF, and the raw pieces beside it."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import orjson

from aftercare.care.protection.evidence.document import pdf_of
from aftercare.care.protection.evidence.gathering import Pack

# A ZIP knows when each file was written; that must not make two packs of the same data differ.
_WRITTEN = (2000, 1, 1, 0, 0, 0)
_SCANS = ("parcel", "carrier", "at", "heard_at", "status", "reason", "code", "text", "place", "source")
_COMPRESSED_ALREADY = (".jpg", ".pdf")


def pack_zip(pack: Pack) -> bytes:
    """All of it as a ZIP."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        for name, content in _files(pack):
            entry = ZipInfo(f"{pack.name}/{name}", _WRITTEN)
            entry.compress_type = ZIP_STORED if name.endswith(_COMPRESSED_ALREADY) else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def _files(pack: Pack) -> Iterable[tuple[str, bytes]]:
    facts = pack.facts
    yield "evidence.pdf", pdf_of(pack)
    yield "facts.json", orjson.dumps(facts, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    yield "scans.csv", _csv(_SCANS, [
        [parcel["number"], parcel["carrier"], *(scan[name] for name in _SCANS[2:])]
        for parcel in facts["parcels"] for scan in parcel["scans"]
    ])  # fmt: skip
    yield "messages.json", orjson.dumps(facts["messages"], option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    yield from sorted(pack.photos.items())


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    # What a carrier wrote must not become a formula in a spreadsheet.
    writer.writerows(
        [f"'{cell}" if str(cell).startswith(("=", "+", "-", "@")) else cell for cell in row] for row in rows
    )
    return ("\ufeff" + text.getvalue()).encode()
