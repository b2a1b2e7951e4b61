"""A pytest plugin loaded before Django's: a PostgreSQL server for every process that tests, migrated once per schema.

Their folders stay behind and are taken again; a database for each process is copied from a template that is named by what the
migrations say, so a second run costs no migration. Processes share no server, for the log waits for every transaction
of its server, and a test is one transaction from its beginning to its end. DATABASE_URL runs the same tests on any
other server, on which they do wait for each other.
"""

import atexit
import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aftercare.foundation.database.embedded.server import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[1]


_FIRST_WORKER = "gw0"  # works with what the process that started it has made ready


def _start() -> None:
    home = Path(tempfile.gettempdir()) / f"aftercare-tests-{os.getuid()}"
    home.mkdir(mode=0o755, exist_ok=True)
    os.environ.setdefault("AFTERCARE_HOME", str(home))
    os.environ.setdefault("AFTERCARE_SECRET_KEY", "only for tests " * 4)
    os.environ.setdefault("AFTERCARE_TEST_RUN", str(os.getpid()))
    os.environ.setdefault("AFTERCARE_TEST_EMBEDDED", "" if "DATABASE_URL" in os.environ else "yes")
    if os.environ.get("PYTEST_XDIST_WORKER") == _FIRST_WORKER:
        return
    if os.environ["AFTERCARE_TEST_EMBEDDED"]:
        server = EmbeddedPostgres(_free_place(home) / "postgres", durable=False)
        atexit.register(server.acquire().release)
        os.environ["DATABASE_URL"] = server.dsn
    os.environ["AFTERCARE_TEST_TEMPLATE"] = _template()


def _free_place(home: Path) -> Path:
    """The first folder that no other process tests in; it is ours until this process ends."""
    for number in count():
        place = home / str(number)
        place.mkdir(mode=0o755, exist_ok=True)
        lock = os.open(place / "lock", os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return place
    raise AssertionError


def _template() -> str:
    """The database that tests copy; migrated if no run before has done it. Also sweeps up after runs that were killed."""
    name = f"template_{_schema()}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as administrator:
        administrator.execute("SELECT pg_advisory_lock(hashtext('aftercare tests'))")
        known = {row[0] for row in administrator.execute("SELECT datname FROM pg_database")}
        for stale in sorted(known):
            if stale.startswith("test_") and not _is_running(stale.split("_")[1]):
                administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(stale)))
        if name not in known:
            administrator.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{name}_unfinished")))
            _migrate(make_conninfo(os.environ["DATABASE_URL"], dbname=f"{name}_unfinished"))
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            administrator.execute(rename.format(sql.Identifier(f"{name}_unfinished"), sql.Identifier(name)))
    return name


def _schema() -> str:
    files = sorted([*ROOT.glob("aftercare/**/migrations/*.py"), ROOT / "requirements" / "base.txt"])
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def _migrate(url: str) -> None:
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


def _is_running(pid: str) -> bool:
    return pid.isdigit() and Path(f"/proc/{pid}").exists()


_start()
