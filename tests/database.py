"""A pytest plugin loaded before Django's: one PostgreSQL server for the whole run, thrown away afterwards.

DATABASE_URL runs the same tests against any other server.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from aftercare.foundation.database.embedded.server import EmbeddedPostgres


def _start() -> None:
    home = Path(tempfile.mkdtemp(prefix="aftercare-tests-"))
    home.chmod(0o755)
    os.environ.setdefault("AFTERCARE_HOME", str(home))
    os.environ.setdefault("AFTERCARE_SECRET_KEY", "only for tests " * 4)
    if "DATABASE_URL" not in os.environ:
        server = EmbeddedPostgres(home / "postgres", durable=False)
        lease = server.acquire()
        os.environ["DATABASE_URL"] = server.dsn
        atexit.register(shutil.rmtree, home, ignore_errors=True)
        atexit.register(server.stop)
        atexit.register(lease.release)


_start()
