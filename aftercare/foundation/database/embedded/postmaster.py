"""One running `postgres`, as a foreground child of the keeper."""

import signal
import subprocess
import time
from collections.abc import Callable

from aftercare.foundation.database.embedded.binaries import Binaries
from aftercare.foundation.database.embedded.cluster import server_environment, write_configuration
from aftercare.foundation.database.embedded.errors import failure_from_output
from aftercare.foundation.database.embedded.layout import Layout, make_socket_folder
from aftercare.foundation.database.embedded.machine import measure_machine
from aftercare.foundation.database.embedded.parent_death import die_with_parent
from aftercare.foundation.database.embedded.remains import (
    READY,
    SHUTDOWN_PATIENCE_SECONDS,
    clear_remains,
    read_lock_file,
)
from aftercare.foundation.database.embedded.server_log import ServerLog
from aftercare.foundation.database.embedded.tuning import settings_for

DEFAULT_PORT = 5432
START_POLL_SECONDS = 0.01
QUIT_PATIENCE_SECONDS = 10.0


class Postmaster:
    """Starts the server, passes on its output, and stops it."""

    def __init__(self, *, layout: Layout, port: int | None, log: ServerLog, wake_up: int) -> None:
        self._layout = layout
        self._port = port
        self._log = log
        self._wake_up = wake_up
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, binaries: Binaries, durable: bool, is_cancelled: Callable[[], bool]) -> None:
        """Start the server and wait until it takes connections, however long its recovery lasts."""
        self._log.forget()
        clear_remains(self._layout)
        make_socket_folder(self._layout)
        machine = measure_machine(data=self._layout.data)
        settings = settings_for(machine=machine, durable=durable) | self._addresses()
        write_configuration(layout=self._layout, settings=settings)
        self._process = self._spawn(binaries)
        while not self._is_ready():
            if is_cancelled():
                return
            self.pump(timeout=START_POLL_SECONDS)
            if self.exit_status() is not None:
                self._drain()
                raise failure_from_output(action="start", output=self._log.last_words())

    def pump(self, *, timeout: float) -> None:
        """Store what the server prints, for `timeout` seconds or until a signal arrives."""
        source = self._process.stderr if self._process else None
        if source is None or source.closed:
            time.sleep(timeout)
        else:
            self._log.pump(source.fileno(), timeout=timeout, wake_up=self._wake_up)

    def exit_status(self) -> int | None:
        """Return the exit status of a server that has ended (and reap it), or None while it runs."""
        return self._process.poll() if self._process else None

    def stop(self) -> None:
        """Stop the server: first in an orderly way, then by force."""
        for number, patience in (
            (signal.SIGINT, SHUTDOWN_PATIENCE_SECONDS),
            (signal.SIGQUIT, QUIT_PATIENCE_SECONDS),
            (signal.SIGKILL, QUIT_PATIENCE_SECONDS),
        ):
            if self._process is None or self.exit_status() is not None:
                break
            self._process.send_signal(number)
            self._wait(patience)
        self._drain()

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.exit_status() is None and time.monotonic() < deadline:
            self.pump(timeout=START_POLL_SECONDS)

    def _drain(self) -> None:
        source = self._process.stderr if self._process else None
        if source is not None and not source.closed:
            while self._log.pump(source.fileno(), timeout=0):
                pass
            source.close()

    def _is_ready(self) -> bool:
        lock_file = read_lock_file(self._layout.data)
        return lock_file is not None and lock_file.status == READY

    def _addresses(self) -> dict[str, str]:
        return {
            "unix_socket_directories": f'"{self._layout.sockets}"',
            "unix_socket_permissions": "0700",
            "listen_addresses": "127.0.0.1" if self._port else "",
            "port": str(self._port or DEFAULT_PORT),
            "cluster_name": f"aftercare-{self._layout.mark}",
        }

    def _spawn(self, binaries: Binaries) -> subprocess.Popen[bytes]:
        account = self._layout.account
        return subprocess.Popen(  # noqa: S603 - a program of our own
            [
                binaries.program("postgres"),
                f"--config-file={self._layout.configuration}",
                "-D",
                str(self._layout.data),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=self._layout.place,
            env=server_environment(),
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
            preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - it takes no lock
        )
