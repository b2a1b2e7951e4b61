"""Making a backup while everything runs."""

import os
import zipfile
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings

from aftercare.config.backups.counting import count_everything
from aftercare.config.backups.manifest import DATABASE, MANIFEST, SECRET_KEY, Manifest, NotABackup, manifest_of
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.dumping import Heard, dump


def tables() -> int:
    """How many there are to be dumped, for a progress bar."""
    return int(
        fetch("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")[0][0]
    )


def make_backup(*, path: Path, with_key: bool, on_table: Heard, now: datetime) -> Manifest:
    """Write the file; under its own name only once it is whole, readable by its owner alone. Raises NotDumped."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with psycopg.connect(**connection_parameters()) as reading:
            reading.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            exported = reading.execute("SELECT pg_export_snapshot()").fetchone()
            assert exported is not None
            manifest = manifest_of(
                counts=count_everything(reading), tables=tables(), postgresql=reading.info.server_version,
                secret_key=settings.SECRET_KEY, now=now,
            )  # fmt: skip
            opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(opened, "wb") as file, zipfile.ZipFile(file, "w") as archive:
                archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
                if with_key:
                    archive.writestr(SECRET_KEY, settings.SECRET_KEY)
                with archive.open(DATABASE, "w", force_zip64=True) as part:
                    dump(snapshot=exported[0], to=part, on_table=on_table)
        check_backup(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def check_backup(path: Path) -> None:
    """Read it all, as restoring would; raises NotABackup where a byte is not what was written."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError):
        damaged = path.name
    if damaged:
        raise NotABackup(f"{path} is damaged in {damaged}.", field="file", remedy="Is the disk full or failing?")
