"""What a crash can leave behind: a server without its keeper, backends without their server, a stale lock file."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aftercare.foundation.database.embedded.errors import StartFailedError
from aftercare.foundation.database.embedded.layout import Layout

POLL_SECONDS = 0.02
# A fast shutdown writes out all dirty buffers, which takes a slow disk its time.
SHUTDOWN_PATIENCE_SECONDS = 60.0
CRASH_EXIT_PATIENCE_SECONDS = 5.0
PROC = Path("/proc")
READY = "ready"


@dataclass(frozen=True, kw_only=True)
class LockFile:
    """What PostgreSQL writes to `postmaster.pid`."""

    pid: int
    port: int | None
    status: str


def read_lock_file(data: Path) -> LockFile | None:
    """Read `postmaster.pid`, which grows line by line while the server starts."""
    try:
        lines = (data / "postmaster.pid").read_text(errors="replace").splitlines()
        pid = int(lines[0])
    except (OSError, ValueError, IndexError):
        return None
    port = lines[3].strip() if len(lines) > 3 else ""
    status = lines[7].strip() if len(lines) > 7 else ""
    return LockFile(pid=pid, port=int(port) if port.isdigit() else None, status=status)


def clear_remains(layout: Layout) -> None:
    """End whatever still works on the data and remove lock files that name the dead.

    To be called by the keeper only, before it starts a server. PostgreSQL itself takes a lock file (there is one in
    the data folder and one beside the socket) for valid as long as *any* process of the same user bears the process
    id in it, be it a zombie or a stranger that got the id later.
    """
    lock_file = read_lock_file(layout.data)
    working = server_processes(layout)
    if lock_file is not None and lock_file.pid in working:
        _signal([lock_file.pid], signal.SIGINT)
        _wait_until_gone(layout, patience=SHUTDOWN_PATIENCE_SECONDS)
    for number in (signal.SIGQUIT, signal.SIGKILL):
        if working := server_processes(layout):
            _signal(working, number)
            _wait_until_gone(layout, patience=CRASH_EXIT_PATIENCE_SECONDS)
    if working := server_processes(layout):
        raise StartFailedError(
            f"Processes {working} of an earlier PostgreSQL still work on {layout.data} and cannot be ended. "
            "Wait until they are gone (a broken disk can hold them up), then start again."
        )
    for stale in (layout.data / "postmaster.pid", *layout.sockets.glob(".s.PGSQL.*")):
        stale.unlink(missing_ok=True)


def server_processes(layout: Layout) -> list[int]:
    """Return the ids of the live PostgreSQL processes that work on the data; zombies do not."""
    return list(_by_working_folder(layout.data) if sys.platform == "linux" else _by_title(f"aftercare-{layout.mark}"))


def _by_working_folder(data: Path) -> Iterator[int]:
    # Every PostgreSQL process works in its data folder (a shell may do so too), and a zombie works nowhere.
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if (entry / "cwd").readlink() == data and (entry / "comm").read_text() == "postgres\n":
                    yield int(entry.name)


def _by_title(title: str) -> Iterator[int]:
    listing = subprocess.run(["/bin/ps", "-axo", "pid=,stat=,command="], capture_output=True, text=True, check=False)
    for line in listing.stdout.splitlines():
        pid, state, command = line.split(maxsplit=2)
        if title in command and not state.startswith("Z"):
            yield int(pid)


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _wait_until_gone(layout: Layout, *, patience: float) -> None:
    deadline = time.monotonic() + patience
    while server_processes(layout) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
