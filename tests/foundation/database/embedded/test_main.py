"""A process that holds a lease for a supervisor."""

import os
import signal
import subprocess
from pathlib import Path

from aftercare.foundation.database.embedded import EmbeddedPostgres
from tests.foundation.database.embedded.real_processes import Outsider, wait_until

MODULE = "aftercare.foundation.database.embedded"


def hold(user: Outsider, home: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [user.python, "-m", MODULE, home],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=user.environment,
    )


def test_it_fails_when_the_server_is_lost(same_user: Outsider, server: EmbeddedPostgres, home: Path) -> None:
    with hold(same_user, home) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == f"PostgreSQL runs, data in {home}/cluster/data\n"
        os.kill(server.status().keeper_pid or 0, signal.SIGKILL)
        _, complaint = holder.communicate(timeout=10)

    assert holder.returncode == 1
    assert complaint == "PostgreSQL has stopped\n"


def test_it_gives_its_lease_back_when_it_is_terminated(
    same_user: Outsider, server: EmbeddedPostgres, home: Path
) -> None:
    with hold(same_user, home) as holder:
        assert holder.stdout
        holder.stdout.readline()
        holder.terminate()
        holder.communicate(timeout=10)

    wait_until(lambda: not server.is_kept())


def test_a_refusal_is_one_sentence_and_no_traceback(same_user: Outsider, home: Path) -> None:
    (home / "cluster" / "data" / "PG_VERSION").write_text("17\n")

    with hold(same_user, home) as holder:
        _, complaint = holder.communicate(timeout=10)

    assert holder.returncode == 1
    assert complaint.startswith("The data in ")
