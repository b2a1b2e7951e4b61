"""Processes that tests start, watch and kill."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aftercare

SOURCES = Path(aftercare.__file__).parents[1]
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Outsider:
    """An interpreter, and where it finds our code, for a process that runs as `uid`."""

    uid: int | None
    gid: int | None
    python: str
    environment: Mapping[str, str]

    def start(self, code: str, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.python, "-c", code, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def kill(*pids: int | None) -> None:
    """Kill processes with -9, and wait until they are dead, if not reaped."""
    for pid in pids:
        assert pid
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: all(is_dead(pid) for pid in pids))


def is_dead(pid: int | None) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state in {"Z", "X"}


def zombies_of(parent: int | None) -> list[int]:
    """Return the children that have ended and that `parent` has not reaped."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = entry.read_text().partition(" ")
            if rest.rpartition(")")[2].split()[:2] == ["Z", str(parent)]:
                found.append(int(pid))
    return found


def processes_at_work(folder: Path) -> list[int]:
    """Return the live processes that name the folder in their arguments or work in it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                in_arguments = str(folder) in (entry / "cmdline").read_bytes().decode(errors="replace")
                works_there = (entry / "cwd").exists() and (entry / "cwd").readlink().is_relative_to(folder)
                if in_arguments or works_there:
                    found.append(int(entry.name))
    return found
