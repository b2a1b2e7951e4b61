"""Examining an installation: each finding says what is so, and where it is not well, how to mend it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.reader import Position, lag

Grade = Literal["good", "attention", "bad"]
_LITTLE_DISK = 1 << 30
_LONG_LAG = timedelta(minutes=5)
_OLDEST_SERVER = 140000


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty where all is well."""

    grade: Grade
    what: str
    remedy: str = ""


def examine(*, now: datetime) -> Iterator[Finding]:
    """Every check in turn; one that fails itself is a finding too."""
    for check in (_home, _disk, _look, _server, _tables, _log, _readers, _parked, _mail):
        yield from _safely(check, now)


def _safely(check: Callable[[datetime], Iterator[Finding]], now: datetime) -> Iterator[Finding]:
    try:
        yield from check(now)
    except Exception as error:  # noqa: BLE001 -- the doctor examines what is broken
        yield Finding(
            "bad", f"{check.__name__.strip('_')} could not be examined: {error}", "Mend what stands above first."
        )


def _home(_now: datetime) -> Iterator[Finding]:
    home = Path(settings.HOME)
    if os.access(home, os.W_OK):
        yield Finding("good", f"Data folder {home}, Python {sys.version.split()[0]}")
    else:
        yield Finding("bad", f"{home} cannot be written to", "Let this user write there, or set AFTERCARE_HOME.")
    key = home / "secret_key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("bad", "Other users can read the secret key", f"chmod 600 {key}")


def _disk(_now: datetime) -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free
    grade: Grade = "good" if free > _LITTLE_DISK else "attention"
    remedy = "" if free > _LITTLE_DISK else "Make room: PostgreSQL stops when the disk is full."
    yield Finding(grade, f"{free / (1 << 30):.1f} GB free", remedy)


def _look(_now: datetime) -> Iterator[Finding]:
    if finders.find("web/built/portal.css"):
        yield Finding("good", "The look is compiled")
    else:
        yield Finding("bad", "The look has not been compiled: pages have no style", "Run `make assets`.")


def _server(_now: datetime) -> Iterator[Finding]:
    version = int(fetch("SHOW server_version_num")[0][0])
    where = "your own" if os.environ.get("DATABASE_URL") else "embedded"
    if version < _OLDEST_SERVER:
        yield Finding("bad", f"PostgreSQL {version // 10000} is too old", "Use PostgreSQL 14 or newer.")
    else:
        yield Finding("good", f"PostgreSQL {version // 10000} answers ({where})")


def _tables(_now: datetime) -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if missing:
        yield Finding("bad", f"{missing} migrations are missing", "Run `aftercare migrate`.")
    else:
        yield Finding("good", "The tables are those of this version")


def _log(now: datetime) -> Iterator[Finding]:
    if fetch("SELECT to_regclass(%s) IS NULL", [f"events_event_{now:%Y_%m}"])[0][0]:
        yield Finding(
            "attention", "This month has no partition of its own", "Run `aftercare migrate`; keep a worker running."
        )
    ahead = fetch("SELECT count(*) FROM (SELECT 1 FROM events_event WHERE tx > pg_current_xact_id() LIMIT 1) AS ahead")[
        0
    ][0]
    if ahead:
        yield Finding(
            "bad",
            "The log carries transactions of another, older server: its subscribers stand still",
            "It was restored here without renumbering; restore with `aftercare restore`.",
        )
    else:
        yield Finding("good", "The log is in order")


def _readers(now: datetime) -> Iterator[Finding]:
    late = []
    for name, tx, seq in fetch("SELECT subscriber, tx::text, seq FROM events_cursor ORDER BY subscriber"):
        waiting, since = lag(Position(tx, seq))
        if waiting and since and now - since > _LONG_LAG:
            late.append(f"{name} ({waiting:,} events)")
    if late:
        yield Finding(
            "attention", f"Behind the log: {', '.join(late)}", "Is a worker running? `aftercare up` runs one."
        )
    else:
        yield Finding("good", "Every subscriber keeps up")


def _parked(_now: datetime) -> Iterator[Finding]:
    parked = fetch("SELECT count(*) FROM events_parkedevent WHERE state = 'parked'")[0][0]
    if parked:
        yield Finding("attention", f"{parked} events are parked", "Look at them in the console under System.")
    else:
        yield Finding("good", "No event is parked")


def _mail(_now: datetime) -> Iterator[Finding]:
    if not settings.SMTP_HOST:
        yield Finding("attention", "No mail relay: messages stay in the outbox viewer", "Set AFTERCARE_SMTP_HOST.")
        return
    try:
        with socket.create_connection((settings.SMTP_HOST, settings.SMTP_PORT), timeout=5):
            yield Finding("good", f"The mail relay {settings.SMTP_HOST}:{settings.SMTP_PORT} answers")
    except OSError as error:
        yield Finding("bad", f"The mail relay does not answer: {error}", "Check AFTERCARE_SMTP_HOST and the firewall.")
