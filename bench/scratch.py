"""A database for one benchmark, durable like the real one, thrown away afterwards."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from aftercare.foundation.database.embedded.server import EmbeddedPostgres


@contextmanager
def scratch_database() -> Iterator[None]:
    """Make Django's database an empty one: on the server of DATABASE_URL, or on an embedded one of its own."""
    home = Path(tempfile.mkdtemp(prefix="aftercare-bench-"))
    home.chmod(0o755)  # the server's own account must be able to reach its folder
    os.environ["AFTERCARE_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
    try:
        with _server(home):
            django.setup()
            call_command("migrate", verbosity=0)
            yield
            connection.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _server(home: Path) -> Iterator[None]:
    given = os.environ.get("DATABASE_URL")
    if not given:
        server = EmbeddedPostgres(home / "postgres")
        with server.acquire():
            os.environ["DATABASE_URL"] = server.dsn
            yield
        server.stop()
        return
    name = f"bench_{secrets.token_hex(6)}"
    with psycopg.connect(given, autocommit=True) as administrator:
        administrator.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        os.environ["DATABASE_URL"] = make_conninfo(given, dbname=name)
        try:
            yield
        finally:
            connection.close()
            administrator.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
