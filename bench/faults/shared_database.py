"""PostgreSQL on a host of its own: the embedded server, made to listen to others."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from aftercare.foundation.database.embedded.server import EmbeddedPostgres
from bench.faults.network import Host

_PATIENCE = 60.0


@contextmanager
def running_database(home: Path, host: Host) -> Iterator[tuple[str, str]]:
    """Within, it runs there; its address for those on this machine, and for those on other hosts."""
    server = EmbeddedPostgres(home)
    with server.acquire(), psycopg.connect(server.dsn, autocommit=True) as database:
        database.execute(f"ALTER SYSTEM SET listen_addresses = '{host.address}'")
        with (server.status().data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all all 10.77.0.0/24 scram-sha-256\n")
    server.stop()
    with subprocess.Popen(
        host.command(sys.executable, "-m", "bench.faults.shared_database", str(home)), stdin=subprocess.PIPE
    ) as holder:
        try:
            _await_running(server)
            known = server.django_database
            yield (
                server.dsn,
                (
                    f"postgresql://{known['USER']}:{quote(known['PASSWORD'])}@{host.address}:{known['PORT']}/{known['NAME']}"
                ),
            )
        finally:
            server.stop()
            holder.communicate()


def _await_running(server: EmbeddedPostgres) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not server.status().is_running:
        assert time.monotonic() < deadline, "PostgreSQL does not start"
        time.sleep(0.05)


def _hold(home: Path) -> None:
    with EmbeddedPostgres(home).acquire():
        sys.stdin.read()


if __name__ == "__main__":
    _hold(Path(sys.argv[1]))
