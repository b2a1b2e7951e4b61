"""Feeding a file in a test, in as few words as the tests deserve."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from aftercare.commerce.platforms.actions import Feed, import_file
from aftercare.commerce.platforms.files.grouping import grouped, single
from aftercare.commerce.platforms.files.records import Record
from aftercare.commerce.platforms.files.source import open_source
from aftercare.commerce.platforms.files.tables import read_table
from aftercare.commerce.platforms.report import Report
from aftercare.foundation.stores.models import Store
from tests.conftest import NOW


def feed(store: Store, path: Path | str, kind: str = "customers", **options: Any) -> Report:
    """Import a file into a store."""
    chosen = Feed(**{"kind": kind, "path": str(path), "source": "shop", "by": "Olga", **options})
    return import_file(store_id=store.pk, feed=chosen, clock=lambda: NOW)


def write(name: str, content: str | bytes) -> Path:
    """A file in the current folder, gzipped where its name says so."""
    data = content.encode() if isinstance(content, str) else content
    path = Path(name)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def records_of(path: Path, key: str | None = None) -> list[Record]:
    """What a CSV file holds."""
    with open_source(str(path)) as source:
        rows = read_table(source).rows
        return list(grouped(rows, key) if key is not None else single(rows))


def cells_of(records: Sequence[Record]) -> list[list[dict[str, str]]]:
    """The cells of each record's rows."""
    return [[dict(row.cells) for row in record.rows] for record in records]
