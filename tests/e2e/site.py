"""The running product: web, live and worker as processes of their own, on the test's database."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

import aftercare
from bench.ports import free_ports
from tests.processes import environment

BUILT = Path(aftercare.__file__).parent / "foundation/web/static/web/built"
_PATIENCE = 60.0


@dataclass(frozen=True)
class Site:
    """Where pages are, and where their streams are."""

    url: str
    live_url: str


@contextmanager
def running_site(*, loops: str = "web.") -> Iterator[Site]:
    """Start everything, and end it; the worker runs the loops whose names begin so."""
    web, live = free_ports(2)
    site = Site(f"http://127.0.0.1:{web}", f"http://127.0.0.1:{live}")
    granian = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(web), "--blocking-threads", "32"]
    commands = [
        [*granian, "--log-level", "error", "aftercare.config.wsgi:application"],
        ["aftercare.config.live", "--port", str(live)],
        ["aftercare.config.cli", "worker", "--no-tasks", "--only", loops],
    ]
    with ExitStack() as running:
        for command in commands:
            running.enter_context(_process(command, site))
        for address in (f"{site.url}/health/live", f"{site.live_url}/live/health"):
            _wait_for(address)
        yield site


@contextmanager
def serving(interface: str, application: str) -> Iterator[int]:
    """Some other application on the same database, served by granian; its port."""
    (port,) = free_ports(1)
    site = Site(f"http://127.0.0.1:{port}", "http://127.0.0.1:1")
    command = ["granian", "--interface", interface, "--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    command += ["--blocking-threads", "8"] if interface == "wsgi" else []  # a connection to the database each
    with _process([*command, application], site):
        _wait_for(site.url, is_enough=lambda _: True)
        yield port


@contextmanager
def _process(command: list[str], site: Site) -> Iterator[None]:
    own = environment(AFTERCARE_URL=site.url, AFTERCARE_LIVE_URL=site.live_url, AFTERCARE_DEBUG="no")
    process = subprocess.Popen([sys.executable, "-m", *command], env=own, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        # A server killed alone would leave its workers behind.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(
    address: str, is_enough: Callable[[httpx.Response], bool] = lambda answer: answer.is_success
) -> None:  # fmt: skip
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            # The first request imports every address of the site.
            if is_enough(httpx.get(address, timeout=_PATIENCE)):
                return
        except httpx.ConnectError:
            assert time.monotonic() < deadline, f"{address} did not come up"
        time.sleep(0.1)
