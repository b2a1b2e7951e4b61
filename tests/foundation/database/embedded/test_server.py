"""Leases: who starts the server, who shares it, and when it stops."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from aftercare.foundation.database.embedded import EmbeddedPostgres
from tests.foundation.database.embedded.real_processes import processes_at_work, wait_until, zombies_of

StartUser = Callable[[Path], "subprocess.Popen[str]"]


def test_a_lease_finds_a_server_that_was_made_and_tuned_for_it(shared_server: EmbeddedPostgres) -> None:
    with psycopg.connect(shared_server.dsn) as connection:
        row = connection.execute(
            "SELECT current_user, current_database(), current_setting('server_encoding'), current_setting('jit'),"
            " current_setting('listen_addresses'), current_setting('fsync'), current_setting('random_page_cost'),"
            " upper('ä') COLLATE \"default\", current_setting('server_version_num')::int / 10000"
        ).fetchone()

    assert row == ("aftercare", "aftercare", "UTF8", "off", "", "off", "1.1", "Ä", 18)


def test_django_settings_and_address_lead_to_the_same_database(shared_server: EmbeddedPostgres) -> None:
    address = conninfo_to_dict(shared_server.dsn)
    settings = shared_server.django_database

    assert address == {
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": settings["NAME"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }


def test_a_wrong_password_is_refused(shared_server: EmbeddedPostgres) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(shared_server.dsn, password="guessed")


def test_the_password_and_the_log_are_closed_to_others(shared_server: EmbeddedPostgres) -> None:
    status = shared_server.status()

    assert (status.log_file.parent / "password").stat().st_mode & 0o077 == 0
    assert status.log_file.stat().st_mode & 0o077 == 0
    assert status.sockets.stat().st_mode & 0o077 == 0


def test_a_second_lease_shares_the_server(server: EmbeddedPostgres, home: Path) -> None:
    with server.acquire():
        first = server.status()
        with EmbeddedPostgres(home).acquire():
            assert server.status() == first
        assert server.status().is_running


def test_creating_a_database_twice_is_no_error(shared_server: EmbeddedPostgres) -> None:
    for _ in range(2):
        shared_server.create_database('odd "name" — ß')

    with psycopg.connect(shared_server.dsn_for(database='odd "name" — ß')) as connection:
        assert connection.info.dbname == 'odd "name" — ß'


def test_a_port_opens_the_server_to_programs_on_this_machine(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    server = EmbeddedPostgres(home, port=port, durable=False)
    with server.acquire():
        password = server.django_database["PASSWORD"]
        with psycopg.connect(server.dsn, host="127.0.0.1", password=password) as connection:
            assert connection.info.port == port


def test_the_server_stops_after_the_last_lease_and_leaves_nothing_running(server: EmbeddedPostgres, home: Path) -> None:
    with server.acquire():
        assert len(processes_at_work(home)) > 1

    wait_until(lambda: processes_at_work(home) == [])

    assert "database system is shut down" in (home / "postgres.log").read_text()


def test_a_process_that_lives_long_gets_no_zombies_from_its_keepers(server: EmbeddedPostgres) -> None:
    with server.acquire():
        server.stop()

    assert zombies_of(os.getpid()) == []


def test_commands_in_a_row_do_not_restart_the_server(server: EmbeddedPostgres) -> None:
    postmasters = set()
    for _ in range(3):
        with server.acquire():
            postmasters.add(server.status().postmaster_pid)

    assert len(postmasters) == 1


def test_five_commands_at_once_get_one_server(start_user: StartUser, home: Path) -> None:
    users = [start_user(home) for _ in range(5)]

    postmasters = {user.stdout.readline() for user in users if user.stdout}

    assert len(postmasters) == 1
    assert postmasters != {""}


def test_the_server_outlives_the_process_that_started_it(
    start_user: StartUser, server: EmbeddedPostgres, home: Path
) -> None:
    starter = start_user(home)
    assert starter.stdout
    postmaster = int(starter.stdout.readline())
    with server.acquire():
        starter.communicate("")

        assert server.status().postmaster_pid == postmaster
        with psycopg.connect(server.dsn) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_process_gives_its_lease_back(start_user: StartUser, server: EmbeddedPostgres, home: Path) -> None:
    user = start_user(home)
    assert user.stdout
    user.stdout.readline()
    assert server.status().is_leased

    user.kill()

    wait_until(lambda: not server.is_kept())
    assert "database system is shut down" in (home / "postgres.log").read_text()


def test_stop_does_not_ask_the_users_and_the_next_lease_starts_again(server: EmbeddedPostgres) -> None:
    with server.acquire():
        before = server.status().postmaster_pid
        server.stop()
        assert not server.status().is_running
        with server.acquire():
            assert server.status().postmaster_pid != before
            with psycopg.connect(server.dsn) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to step down")
def test_root_runs_the_server_as_somebody_else(shared_server: EmbeddedPostgres) -> None:
    status = shared_server.status()
    owner = Path(f"/proc/{status.postmaster_pid}").stat().st_uid

    assert owner != 0
    assert status.data.stat().st_uid == owner
