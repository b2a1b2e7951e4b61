"""Whatever is killed, the next lease finds a running server with every committed row."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from aftercare.foundation.database.embedded import EmbeddedPostgres, EmbeddedPostgresError, Status
from aftercare.foundation.database.embedded.account import server_account
from aftercare.foundation.database.embedded.layout import open_layout
from aftercare.foundation.database.embedded.remains import server_processes
from tests.foundation.database.embedded.real_processes import kill, wait_until, zombies_of

ROWS = 20_000
StartUser = Callable[[Path], "subprocess.Popen[str]"]
SPIN = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"


@pytest.fixture
def durable(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home)


def store_rows(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute(f"CREATE TABLE facts AS SELECT generate_series(1, {ROWS}) AS number")


def count_rows(server: EmbeddedPostgres) -> int:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute("SELECT count(*) FROM facts").fetchone()
    assert row
    return int(row[0])


def kill_at_once(status: Status, *others: int) -> None:
    """Kill keeper and server so that neither has the time to react to the death of the other."""
    assert status.keeper_pid
    os.kill(status.keeper_pid, signal.SIGSTOP)
    kill(status.postmaster_pid, *others, status.keeper_pid)


def is_active(server: EmbeddedPostgres, backend: int) -> bool:
    with psycopg.connect(server.dsn) as connection:
        question = "SELECT state = 'active' FROM pg_stat_activity WHERE pid = %s"
        return connection.execute(question, [backend]).fetchone() == (True,)


def processes_of(home: Path) -> list[int]:
    return server_processes(open_layout(home=home, account=server_account()))


def test_the_keeper_restarts_a_killed_server(durable: EmbeddedPostgres) -> None:
    with durable.acquire():
        store_rows(durable)
        before = durable.status()
        kill(before.postmaster_pid)
        wait_until(lambda: durable.status().postmaster_pid != before.postmaster_pid and durable.status().is_running)

        assert count_rows(durable) == ROWS
        assert durable.status().keeper_pid == before.keeper_pid
        assert zombies_of(before.keeper_pid) == []


def test_the_server_dies_with_its_keeper_and_the_next_lease_starts_both(durable: EmbeddedPostgres, home: Path) -> None:
    with durable.acquire():
        store_rows(durable)
        before = durable.status()
        kill(before.keeper_pid)
        wait_until(lambda: processes_of(home) == [])
        with durable.acquire():
            assert count_rows(durable) == ROWS
            assert durable.status().keeper_pid != before.keeper_pid


def test_a_lease_right_after_the_death_of_the_keeper_does_not_get_the_dying_server(durable: EmbeddedPostgres) -> None:
    with durable.acquire():
        before = durable.status()
        kill(before.keeper_pid)
        with durable.acquire(), psycopg.connect(durable.dsn) as connection:
            time.sleep(0.5)
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert durable.status().postmaster_pid != before.postmaster_pid


def test_rows_survive_when_everything_is_killed(durable: EmbeddedPostgres, home: Path) -> None:
    lease = durable.acquire()
    store_rows(durable)
    before = durable.status()
    kill_at_once(before, *processes_of(home))
    lease.release()

    with durable.acquire():
        assert count_rows(durable) == ROWS
    assert "automatic recovery in progress" in before.log_file.read_text()


def test_a_backend_too_busy_to_notice_the_death_of_its_server_does_not_block_the_next(
    durable: EmbeddedPostgres, home: Path
) -> None:
    with durable.acquire(), closing(psycopg.connect(durable.dsn, autocommit=True)) as busy:
        before = durable.status()
        busy.pgconn.send_query(SPIN.encode())
        busy.pgconn.flush()
        spinner = busy.info.backend_pid
        wait_until(lambda: is_active(durable, spinner))
        kill_at_once(before)
        wait_until(lambda: processes_of(home) == [spinner])
        with durable.acquire(), psycopg.connect(durable.dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert spinner not in processes_of(home)


def test_a_lock_file_that_names_a_stranger_is_not_believed(server: EmbeddedPostgres, home: Path) -> None:
    account = server_account()
    with subprocess.Popen(["sleep", "60"], user=account.uid, cwd="/") as stranger:
        forge_lock_file(server, pid=stranger.pid, home=home)
        with server.acquire():
            assert server.status().postmaster_pid != stranger.pid
            assert stranger.poll() is None
        stranger.kill()


def test_a_lock_file_that_names_a_zombie_is_not_believed(server: EmbeddedPostgres, home: Path) -> None:
    account = server_account()
    with subprocess.Popen(["true"], user=account.uid, cwd="/") as zombie:
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        forge_lock_file(server, pid=zombie.pid, home=home)
        with server.acquire():
            assert server.status().postmaster_pid != zombie.pid


def forge_lock_file(server: EmbeddedPostgres, *, pid: int, home: Path) -> None:
    """Crash the server and make its lock file name another process, as when a process id is used again."""
    with server.acquire():
        status = server.status()
        kill_at_once(status, *processes_of(home))
    lock_file = status.data / "postmaster.pid"
    _, *rest = lock_file.read_text().splitlines()
    lock_file.write_text("\n".join([str(pid), *rest, ""]))


def test_a_keeper_killed_while_it_makes_the_cluster_leaves_nothing_half_made(
    empty_folder: Path, start_user: StartUser
) -> None:
    home = empty_folder / "pg"
    starter = start_user(home)
    wait_until(lambda: list(home.glob("cluster/data.partial-*/global")))
    keeper = int((home / "keeper.lock").read_text().split()[0])
    kill(keeper)
    _, complaint = starter.communicate()

    assert "ended unexpectedly" in complaint
    assert not (home / "cluster" / "data").exists()
    with EmbeddedPostgres(home, durable=False).acquire():
        assert list(home.glob("cluster/data.partial-*")) == []


def test_a_starter_killed_while_the_keeper_works_does_not_matter(empty_folder: Path, start_user: StartUser) -> None:
    home = empty_folder / "pg"
    starter = start_user(home)
    wait_until(lambda: list(home.glob("cluster/data.partial-*")))
    starter.kill()
    starter.communicate()
    keeper = EmbeddedPostgres(home).status().keeper_pid

    with EmbeddedPostgres(home, durable=False).acquire():
        assert EmbeddedPostgres(home).status().keeper_pid == keeper


def test_a_server_that_crashes_again_and_again_is_given_up_until_the_next_lease(server: EmbeddedPostgres) -> None:
    with server.acquire():
        while server.is_kept():
            if (postmaster := server.status().postmaster_pid) is not None:
                kill(postmaster)
        assert "gave up after 6 crashes" in server.status().log_file.read_text()
        with server.acquire():
            assert server.status().is_running


def test_a_terminated_keeper_waits_for_the_users_but_not_for_ever(server: EmbeddedPostgres) -> None:
    lease = server.acquire()
    os.kill(server.status().keeper_pid or 0, signal.SIGTERM)
    time.sleep(0.6)
    assert server.status().is_running

    started = time.monotonic()
    lease.release()
    wait_until(lambda: not server.is_kept())

    assert time.monotonic() - started < 2


def test_a_broken_data_folder_is_reported_in_the_words_of_the_server(server: EmbeddedPostgres, home: Path) -> None:
    (home / "cluster" / "data" / "global" / "pg_control").unlink()

    with pytest.raises(EmbeddedPostgresError, match="could not find the database system"):
        server.acquire()
