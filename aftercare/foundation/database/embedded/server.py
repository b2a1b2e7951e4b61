"""The embedded server as its users see it: take a lease, connect, give the lease back."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlencode

from aftercare.foundation.database.embedded.account import server_account
from aftercare.foundation.database.embedded.binaries import find_binaries
from aftercare.foundation.database.embedded.cluster import DATABASE, USER
from aftercare.foundation.database.embedded.errors import StartFailedError
from aftercare.foundation.database.embedded.keeper_state import read_keeper_state
from aftercare.foundation.database.embedded.layout import Layout, open_layout
from aftercare.foundation.database.embedded.locks import is_held, is_held_exclusively, wait_for_shared_lock
from aftercare.foundation.database.embedded.postmaster import DEFAULT_PORT
from aftercare.foundation.database.embedded.remains import read_lock_file
from aftercare.foundation.database.embedded.starter import ensure_running, takes_connections

POLL_SECONDS = 0.01
# Longer than the keeper takes to stop a server by force.
STOP_PATIENCE_SECONDS = 90.0
FIRST_PROCESS = 1


@dataclass(frozen=True, kw_only=True)
class Status:
    """What is going on in a home folder. A process id is None where there is no such process."""

    is_running: bool
    is_leased: bool
    keeper_pid: int | None
    postmaster_pid: int | None
    data: Path
    sockets: Path
    log_file: Path


class EmbeddedPostgres:
    """A PostgreSQL server that lives in a folder and runs while somebody holds a lease.

    `port` makes it listen on 127.0.0.1 too. `durable=False` trades crash safety for speed: tests only. Both count
    for whoever starts the server; later comers find it as it is. May raise `EmbeddedPostgresError`.
    """

    def __init__(self, home: Path, *, port: int | None = None, durable: bool = True) -> None:
        self._home = home
        self._port = port
        self._durable = durable

    def acquire(self) -> "Lease":
        """Make sure that the server runs, and keep it running until the lease is given back or this process ends."""
        layout = self._layout()
        # Before the server is looked for: from here on no keeper stops for want of users.
        descriptor = wait_for_shared_lock(layout.lease_lock)
        try:
            ensure_running(layout=layout, port=self._port, durable=self._durable)
        except BaseException:
            os.close(descriptor)
            raise
        return Lease(server=self, descriptor=descriptor)

    @property
    def dsn(self) -> str:
        """The connection address of the database `aftercare`, valid while the server runs."""
        return self.dsn_for(database=DATABASE)

    def dsn_for(self, *, database: str) -> str:
        """Return the connection address of one database."""
        settings = self.django_database
        where = urlencode({"host": settings["HOST"], "port": settings["PORT"]}, quote_via=quote)
        return f"postgresql://{USER}:{quote(settings['PASSWORD'])}@/{quote(database, safe='')}?{where}"

    @property
    def django_database(self) -> dict[str, str]:
        """The same as an entry of Django's `DATABASES`."""
        layout = self._layout()
        lock_file = read_lock_file(layout.data)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": USER,
            "PASSWORD": layout.password(),
            "HOST": str(layout.sockets),
            "PORT": str((lock_file and lock_file.port) or self._port or DEFAULT_PORT),
        }

    @property
    def client_environment(self) -> dict[str, str]:
        """The environment variables by which PostgreSQL's own programs find the server."""
        settings = self.django_database
        return {
            "PGHOST": settings["HOST"],
            "PGPORT": settings["PORT"],
            "PGUSER": settings["USER"],
            "PGPASSWORD": settings["PASSWORD"],
            "PGDATABASE": settings["NAME"],
            "LC_ALL": "C",
        }

    def client_program(self, name: str) -> str:
        """Return the path of a program of the same version, such as `pg_dump`."""
        return find_binaries().program(name)

    def create_database(self, name: str) -> None:
        """Create a database unless it exists. Needs a lease."""
        command = [self.client_program("createdb"), "--", name]
        done = subprocess.run(  # noqa: S603 - a program of our own, and no shell
            command, env=self.client_environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and "already exists" not in done.stderr:
            raise StartFailedError(f"PostgreSQL could not create the database {name!r}:\n{done.stderr.strip()}")

    def status(self) -> Status:
        """Look, and change nothing."""
        layout = self._layout()
        keeper = read_keeper_state(layout)
        lock_file = read_lock_file(layout.data) if keeper else None
        return Status(
            is_running=takes_connections(layout),
            is_leased=is_held(layout.lease_lock),
            keeper_pid=keeper.pid if keeper else None,
            postmaster_pid=lock_file.pid if lock_file else None,
            data=layout.data,
            sockets=layout.sockets,
            log_file=layout.log_file,
        )

    def is_kept(self) -> bool:
        """Whether a keeper looks after the server: cheap enough to ask often."""
        return is_held_exclusively(self._layout().keeper_lock)

    def stop(self) -> None:
        """Stop the server now, whoever uses it, and wait until it has stopped."""
        layout = self._layout()
        deadline = time.monotonic() + STOP_PATIENCE_SECONDS
        asked: int | None = None
        while is_held_exclusively(layout.keeper_lock):
            keeper = read_keeper_state(layout)
            if keeper and keeper.pid != asked:
                os.kill(keeper.pid, signal.SIGINT)
                asked = keeper.pid
            if time.monotonic() > deadline:
                raise StartFailedError(f"PostgreSQL on {layout.data} did not stop. See {layout.log_file}.")
            time.sleep(POLL_SECONDS)

    def _layout(self) -> Layout:
        return open_layout(home=self._home, account=server_account())


class Lease:
    """The right to find the server running. A process that is killed gives it back by dying."""

    def __init__(self, *, server: EmbeddedPostgres, descriptor: int) -> None:
        self._server = server
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Give the lease back; the server stops shortly after the last one."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None
        if os.getpid() == FIRST_PROCESS and not self._server.status().is_leased:
            # When the first process of a container ends, the kernel kills all others: no time for a grace.
            self._server.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
