"""Restoring a backup: beside the database that is there, and in its place only when all of it is in and counted.

Nothing is overwritten. What was there before stays on the server under another name, the secret key beside the new one.
"""

import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, ObjectInUse

from aftercare.config.backups.counting import count_everything
from aftercare.config.backups.making import check_backup
from aftercare.config.backups.manifest import DATABASE, SECRET_KEY, Manifest, NotABackup, hash_of, read_manifest
from aftercare.config.prepare import prepare
from aftercare.engagement.messaging.actions.recalling import count_unsent, recall_unsent
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.dumping import Heard, load
from aftercare.foundation.events.renumbering import renumber_log
from aftercare.foundation.kit.errors import Refusal

_STOP_FIRST = "Stop every `aftercare` process on every host, then restore."
_PATIENCE_SECONDS = 2.0
_LIKE = """
    SELECT datcollate, datctype FROM pg_database WHERE datname = %s
"""
_COMPANY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class NotRestorable(Refusal):
    """It cannot be restored as things stand; nothing has been changed."""

    code = "not_restorable"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now: `before` is what the database that was there is called now, empty where it held no store."""

    manifest: Manifest
    renumbered: bool
    unsent: int
    recalled: bool
    before: str


def restore_backup(*, path: Path, recall: bool | None, on_table: Heard, now: datetime) -> Restored:
    """Put a backup in the place of the database. `recall` says what becomes of messages that were about to be sent.

    Those may have gone out after the backup was made: True never sends them, False sends them (again), None refuses
    where there are any. Raises NotABackup, NotDumped or NotRestorable; then everything is as it was.
    """
    manifest = read_manifest(path)
    check_backup(path)
    key = _other_key(path, manifest)
    live = str(connection_parameters()["dbname"])
    connections.close_all()
    with _administrator() as administrator:
        _refuse_company(administrator, live)
        new = _create_beside(administrator, live)
        try:
            with zipfile.ZipFile(path) as archive, archive.open(DATABASE) as part:
                load(dbname=new, source=part, on_table=on_table)
            with _pointed_at(new):
                renumbered, unsent = _make_ready(manifest, recall=recall, now=now)
            before = _swap(administrator, live, new, now)
        except BaseException:
            _drop(administrator, new)
            raise
    if key:
        _install_key(key, now)
    return Restored(manifest, renumbered, unsent, bool(recall), before)


def _make_ready(manifest: Manifest, *, recall: bool | None, now: datetime) -> tuple[bool, int]:
    """What was loaded, brought to this version and this server; whether the log was renumbered, and what was unsent."""
    prepare()
    _check_counts(manifest)
    renumbered, unsent = renumber_log(), count_unsent(now=now)
    if unsent and recall is None:
        raise NotRestorable(
            f"{unsent:,} messages were about to be sent when the backup was made, and may have been since.",
            remedy="Say --unsent drop to send none of them, or --unsent send to send them all.",
        )
    if recall:
        recall_unsent(why=f"Restored from a backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC", now=now)
    return renumbered, unsent


def _other_key(path: Path, manifest: Manifest) -> str:
    """The backup's secret key where it is another than ours; raises NotRestorable where it cannot become ours."""
    if hash_of(settings.SECRET_KEY) == manifest.key_hash:
        return ""
    with zipfile.ZipFile(path) as archive:
        key = archive.read(SECRET_KEY).decode() if SECRET_KEY in archive.namelist() else ""
    if os.environ.get("AFTERCARE_SECRET_KEY") or not key:
        raise NotRestorable(
            "The backup was made under another secret key; without it secrets of shops and carriers stay locked.",
            remedy="Set AFTERCARE_SECRET_KEY to the one it was made under.",
        )
    return key


@contextmanager
def _administrator() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """Beside the databases in question, for nobody can rename the one they are in."""
    parameters = connection_parameters() | {"dbname": "postgres"}
    with psycopg.connect(**parameters, autocommit=True) as administrator:
        yield administrator


def _refuse_company(administrator: "psycopg.Connection[tuple[object, ...]]", live: str) -> None:
    """A backend outlives its client by a moment, so one is waited for."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (row := administrator.execute(_COMPANY, [live]).fetchone()) and row[0]:
        if time.monotonic() > deadline:
            raise NotRestorable("Somebody is using the database.", remedy=_STOP_FIRST)
        time.sleep(0.05)


def _create_beside(administrator: "psycopg.Connection[tuple[object, ...]]", live: str) -> str:
    new = f"{live}_restoring"
    _drop(administrator, new)
    like = administrator.execute(_LIKE, [live]).fetchone()
    order = sql.SQL(" LC_COLLATE {} LC_CTYPE {}").format(*map(sql.Literal, like)) if like else sql.SQL("")
    create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(new))
    try:
        administrator.execute(create + order)
    except InsufficientPrivilege:
        raise NotRestorable(
            "The database's user may not create databases.", remedy="Grant it CREATEDB for the time of restoring."
        ) from None
    return new


@contextmanager
def _pointed_at(dbname: str) -> Iterator[None]:
    """Within, everything of ours works on another database of the server."""
    ours = connections["default"].settings_dict
    kept, ours["NAME"] = ours["NAME"], dbname
    try:
        yield
    finally:
        connections.close_all()
        ours["NAME"] = kept


def _check_counts(manifest: Manifest) -> None:
    with psycopg.connect(**connection_parameters()) as reading:
        found = count_everything(reading)
    short = {name: count for name, count in manifest.counts.items() if found.get(name) != count}
    if short:
        what = ", ".join(f"{found.get(name, 0):,} of {count:,} {name}" for name, count in short.items())
        raise NotABackup(f"The backup is not whole: {what}.", field="file")


def _swap(administrator: "psycopg.Connection[tuple[object, ...]]", live: str, new: str, now: datetime) -> str:
    """Both names at once, so that there is no moment without a database. An empty one is not kept."""
    before = f"{live}_before_{now:%Y%m%d_%H%M%S}"
    held_stores = _holds_stores(live)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with administrator.transaction():
            administrator.execute(rename.format(sql.Identifier(live), sql.Identifier(before)))
            administrator.execute(rename.format(sql.Identifier(new), sql.Identifier(live)))
    except ObjectInUse:
        raise NotRestorable("Somebody has begun to use the database meanwhile.", remedy=_STOP_FIRST) from None
    if held_stores:
        return before
    _drop(administrator, before)
    return ""


def _holds_stores(live: str) -> bool:
    with psycopg.connect(**connection_parameters() | {"dbname": live}) as reading:
        row = reading.execute("SELECT to_regclass('stores_store') IS NOT NULL").fetchone()
        if not row or not row[0]:
            return False
        row = reading.execute("SELECT EXISTS (SELECT FROM stores_store)").fetchone()
        return bool(row and row[0])


def _drop(administrator: "psycopg.Connection[tuple[object, ...]]", name: str) -> None:
    administrator.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _install_key(key: str, now: datetime) -> None:
    kept: Path = settings.HOME / "secret_key"
    if kept.exists():
        kept.rename(kept.with_name(f"secret_key.before_{now:%Y%m%d_%H%M%S}"))
    opened = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(key)
