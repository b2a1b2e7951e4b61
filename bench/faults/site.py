"""An installation as `aftercare up` runs it, and the deaths of its parts."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.faults.running import COMMAND, await_answer
from bench.ports import free_ports

# Linux cuts the names of processes.
_LONGEST_NAME = 15
_PATIENCE = 120.0


@dataclass
class Site:
    """Where it is, who supervises it, and when what was killed."""

    url: str
    home: Path
    supervisor: int
    deaths: list[tuple[float, str]] = field(default_factory=list)

    def kill(self, what: str, *, chance: random.Random) -> None:
        """SIGKILL some process of it: the one forked, one below it, PostgreSQL itself or one of its backends."""
        victim = self._server(chance) if what == "postgres" else chance.choice(_family(self._fork(what)))
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            self.deaths.append((time.time(), what))

    def _fork(self, name: str) -> int:
        """The process that the supervisor keeps under that name, as it is now."""
        called = f"aftercare {name}"[:_LONGEST_NAME]
        deadline = time.monotonic() + _PATIENCE
        while True:
            for pid in _children(self.supervisor):
                with suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip() == called:
                        return pid
            assert time.monotonic() < deadline, f"{name} is not started again"
            time.sleep(0.05)

    def _server(self, chance: random.Random) -> int:
        deadline = time.monotonic() + _PATIENCE
        while True:
            with suppress(OSError, ValueError, IndexError):
                (file,) = self.home.glob("postgres/**/postmaster.pid")
                postmaster = int(file.read_text().split("\n", 1)[0])
                family = _family(postmaster)
                if len(family) > 1:
                    return chance.choice([postmaster, *family])
            assert time.monotonic() < deadline, "PostgreSQL is not started again"
            time.sleep(0.05)


@contextmanager
def running_site(home: Path, *, settings: Mapping[str, str], speed: float) -> Iterator[Site]:
    """Run it until the block ends; time passes `speed` times as fast, so that retries come soon."""
    web, live = free_ports(2)
    environment = {**os.environ, **settings}
    command = [*COMMAND, "up", "--port", str(web), "--live-port", str(live), "--speed", str(speed)]
    with (home / "up.log").open("wb") as log:
        up = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{web}"
    try:
        await_answer(f"{url}/health/live")
        yield Site(url, home, up.pid)
    finally:
        up.terminate()
        up.wait(60)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (thread / "children").read_text(encoding="ascii").split()]
    return found


def _family(pid: int) -> list[int]:
    return [pid, *(one for child in _children(pid) for one in _family(child))]
