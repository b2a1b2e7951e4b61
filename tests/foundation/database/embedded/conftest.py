"""Homes for real servers, and processes that use them."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from aftercare.foundation.database.embedded import EmbeddedPostgres
from aftercare.foundation.database.embedded.binaries import find_binaries
from tests.foundation.database.embedded.real_processes import SOURCES, Outsider, processes_at_work, wait_until

MEMORY_DISK = Path("/dev/shm")
ROOM_FOR_TESTS = 2 * 1024**3
USER_OF_A_LEASE = """
import sys
from pathlib import Path
from aftercare.foundation.database.embedded import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
with server.acquire():
    print(server.status().postmaster_pid, flush=True)
    sys.stdin.read()
"""


@contextmanager
def folder_for_homes() -> Iterator[Path]:
    # Not tmp_path: where tests run as root, the server's account has to get in, and a socket path is short.
    has_room = MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM_FOR_TESTS
    folder = Path(tempfile.mkdtemp(prefix="aftercare-test-", dir=MEMORY_DISK if has_room else None))
    folder.chmod(0o711)
    yield folder
    for lock in folder.glob("**/keeper.lock"):
        EmbeddedPostgres(lock.parent).stop()
    wait_until(lambda: not processes_at_work(folder))  # one that lost its keeper may still be on its way out
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def finished_home() -> Iterator[Path]:
    """A home with a cluster in it, to be copied: making one takes a second."""
    with folder_for_homes() as folder:
        server = EmbeddedPostgres(folder / "pg", durable=False)
        server.acquire().release()
        server.stop()
        yield folder / "pg"


@pytest.fixture
def empty_folder() -> Iterator[Path]:
    with folder_for_homes() as folder:
        yield folder


@pytest.fixture
def home(empty_folder: Path, finished_home: Path) -> Path:
    subprocess.run(["cp", "-a", finished_home, empty_folder / "pg"], check=True)
    return empty_folder / "pg"


@pytest.fixture(scope="module")
def shared_server(finished_home: Path) -> Iterator[EmbeddedPostgres]:
    """A running server for tests that only look."""
    with folder_for_homes() as folder:
        subprocess.run(["cp", "-a", finished_home, folder / "pg"], check=True)
        server = EmbeddedPostgres(folder / "pg", durable=False)
        with server.acquire():
            yield server


@pytest.fixture
def server(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, durable=False)


@pytest.fixture
def same_user() -> Outsider:
    return Outsider(uid=None, gid=None, python=sys.executable, environment=os.environ | {"PYTHONPATH": str(SOURCES)})


@pytest.fixture
def ordinary_user() -> Outsider:
    """Somebody who is not root: ourselves, or `nobody` with an interpreter that nobody may run."""
    if os.geteuid() != 0:
        return Outsider(
            uid=None, gid=None, python=sys.executable, environment=os.environ | {"PYTHONPATH": str(SOURCES)}
        )
    nobody = pwd.getpwnam("nobody")
    packages = find_binaries().folder.parents[1]
    for python in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        probe = [python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        with suppress(OSError):
            if subprocess.run(probe, user=nobody.pw_uid, extra_groups=[], check=False).returncode == 0:
                environment = {
                    "PYTHONPATH": f"{SOURCES}:{packages}",
                    "PYTHONDONTWRITEBYTECODE": "1",
                    "PATH": os.defpath,
                }
                return Outsider(uid=nobody.pw_uid, gid=nobody.pw_gid, python=python, environment=environment)
    pytest.skip("no interpreter on this machine that an ordinary user can run")


@pytest.fixture
def start_user(same_user: Outsider, empty_folder: Path) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start processes that take a lease, print the server's process id, and keep the lease until their input ends."""
    assert empty_folder.is_dir(), "asked for so that the processes end before their homes do"
    with ExitStack() as stack:

        def start(home: Path) -> subprocess.Popen[str]:
            process = stack.enter_context(same_user.start(USER_OF_A_LEASE, home))
            stack.callback(process.kill)
            return process

        yield start
