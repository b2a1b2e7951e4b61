"""What a backup says of itself, and whether this installation can take it."""

import hashlib
import zipfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from django.db.migrations.loader import MigrationLoader
from pydantic import AwareDatetime, BaseModel, ValidationError

from aftercare.foundation.kit.errors import Refusal

MANIFEST, DATABASE, SECRET_KEY = "manifest.json", "database.dump", "secret_key"
FORMAT = 1


class NotABackup(Refusal):
    """The file is no backup, is damaged, or is one of a newer version."""

    code = "not_a_backup"
    status = 422


class Manifest(BaseModel):
    """`counts` are of the very moment of the dump; `migrations` the newest of each app; the key is known by its hash."""

    format: int
    aftercare: str
    made_at: AwareDatetime
    postgresql: int
    migrations: dict[str, str]
    tables: int
    counts: dict[str, int]
    key_hash: str


def manifest_of(*, counts: dict[str, int], tables: int, postgresql: int, secret_key: str, now: datetime) -> Manifest:
    """Of a backup made now."""
    return Manifest(
        format=FORMAT, aftercare=version("aftercare"), made_at=now, postgresql=postgresql, tables=tables, counts=counts,
        migrations=newest_migrations(), key_hash=hash_of(secret_key),
    )  # fmt: skip


def newest_migrations() -> dict[str, str]:
    """The last migration of each app of this version."""
    return dict(sorted(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()))


def hash_of(secret_key: str) -> str:
    """By which a key is known without being told."""
    return hashlib.blake2b(secret_key.encode(), digest_size=8, person=b"aftercare key").hexdigest()


def read_manifest(path: Path) -> Manifest:
    """Raises NotABackup, saying why."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except OSError as error:
        raise NotABackup(f"{path} cannot be read: {error.strerror}.", field="file") from None
    except (zipfile.BadZipFile, KeyError, ValidationError, EOFError):
        raise NotABackup(
            f"{path} is no backup of Aftercare, or is damaged.", field="file",
            remedy="Use a file that `aftercare backup` wrote and that was copied whole.",
        ) from None  # fmt: skip
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    ahead = sorted(app for app, name in manifest.migrations.items() if (app, name) not in known)
    if manifest.format > FORMAT or ahead:
        raise NotABackup(
            f"The backup was made by Aftercare {manifest.aftercare}, which is newer than this.", field="file",
            remedy="Install that version or a newer one, then restore.",
        )  # fmt: skip
    return manifest
