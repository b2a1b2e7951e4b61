"""The data folder: made once, whole or not at all, and only ever opened by the version that made it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aftercare.foundation.database.embedded.binaries import MAJOR_VERSION, Binaries
from aftercare.foundation.database.embedded.errors import (
    DiskFullError,
    HomeUnusableError,
    VersionMismatchError,
    failure_from_output,
)
from aftercare.foundation.database.embedded.layout import Layout
from aftercare.foundation.database.embedded.machine import measure_machine
from aftercare.foundation.database.embedded.parent_death import die_with_parent
from aftercare.foundation.database.embedded.tuning import dynamic_shared_memory_type

USER = "aftercare"
DATABASE = "aftercare"
# An empty cluster takes 40 MB and its first log segments 80.
LEAST_FREE_DISK = 200 * 1024 * 1024
PARTIAL_PREFIX = "data.partial-"


def prepare_cluster(*, layout: Layout, binaries: Binaries, durable: bool) -> None:
    """Make sure that the data folder exists and can be opened by these binaries. One caller at a time."""
    if not layout.data.exists():
        _create(layout=layout, binaries=binaries, durable=durable)
    version = (layout.data / "PG_VERSION").read_text().strip()
    if version != str(MAJOR_VERSION):
        raise VersionMismatchError(
            f"The data in {layout.data} were written by PostgreSQL {version}; this Aftercare brings {MAJOR_VERSION}. "
            "Make a backup with the Aftercare that wrote them, start this one on an empty home folder, and restore "
            "the backup there; or set DATABASE_URL to a PostgreSQL of your own."
        )


def write_configuration(*, layout: Layout, settings: Mapping[str, str]) -> None:
    """Write the configuration file afresh; ALTER SYSTEM writes to another one, which PostgreSQL reads later."""
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    lines = [f"{name} = '{value}'" for name, value in quoted.items()]
    text = "\n".join(["# Written at every start. To override a setting use ALTER SYSTEM.", *lines, ""])
    partial = layout.configuration.with_suffix(".partial")
    partial.write_bytes(os.fsencode(text))
    partial.chmod(0o644)
    partial.replace(layout.configuration)


def server_environment() -> dict[str, str]:
    """Return the environment of server programs: no PG… variable of the user's must reach them."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _create(*, layout: Layout, binaries: Binaries, durable: bool) -> None:
    if shutil.disk_usage(layout.place).free < LEAST_FREE_DISK:
        raise DiskFullError(
            f"A new database needs {LEAST_FREE_DISK // 1024**2} MB of free disk at {layout.place}, and there is less. "
            "Free some space or choose another home folder."
        )
    for abandoned in layout.place.glob(f"{PARTIAL_PREFIX}*"):
        shutil.rmtree(abandoned)
    partial = Path(tempfile.mkdtemp(dir=layout.place, prefix=PARTIAL_PREFIX))
    try:
        layout.account.take(partial)
        _run_initdb(partial, layout=layout, binaries=binaries, durable=durable)
        _create_database(partial, layout=layout, binaries=binaries)
        # Renamed when complete, so that an interrupted start leaves no half-made cluster behind.
        partial.rename(layout.data)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run_initdb(data: Path, *, layout: Layout, binaries: Binaries, durable: bool) -> None:
    memory_type = dynamic_shared_memory_type(machine=measure_machine(data=data))
    # The server's account may not read the password file, which belongs to root.
    with tempfile.NamedTemporaryFile("w", dir=layout.place) as password:
        password.write(layout.password())
        password.flush()
        layout.account.take(Path(password.name))
        _run(
            [
                binaries.program("initdb"),
                f"--pgdata={data}",
                f"--username={USER}",
                f"--pwfile={password.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions",
                # By itself it tries a few bytes, takes /dev/shm for good, and fails later if that is tiny.
                f"--set=dynamic_shared_memory_type={memory_type}",
                *([] if durable else ["--no-sync"]),
            ],
            layout=layout,
        )


def _create_database(data: Path, *, layout: Layout, binaries: Binaries) -> None:
    """Create the database in single-user mode, which needs neither socket nor password."""
    _run(
        [binaries.program("postgres"), "--single", "-D", str(data), "-c", "exit_on_error=on", "postgres"],
        layout=layout,
        typed=f"CREATE DATABASE {DATABASE}\n",
    )


def _run(command: list[str], *, layout: Layout, typed: str = "") -> None:
    account = layout.account
    try:
        done = subprocess.run(  # noqa: S603 - a program of our own
            command,
            input=typed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=layout.place,
            env=server_environment(),
            user=account.uid,
            group=account.gid,
            extra_groups=account.extra_groups,
            preexec_fn=die_with_parent(signal.SIGKILL),
            check=False,
        )
    except OSError as error:
        raise HomeUnusableError(f"{command[0]} cannot be run: {error.strerror}.") from error
    if done.returncode != 0:
        raise failure_from_output(action=f"make a new database in {layout.place}", output=done.stdout.strip())
