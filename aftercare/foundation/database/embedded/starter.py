"""Makes sure that a keeper and its server run, however many processes want that at the same time."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import aftercare
from aftercare.foundation.database.embedded.errors import FAILURES, StartFailedError
from aftercare.foundation.database.embedded.keeper_state import (
    READY_REPLY,
    Phase,
    forget_keeper,
    read_keeper_state,
)
from aftercare.foundation.database.embedded.layout import Layout, refusal_from
from aftercare.foundation.database.embedded.locks import exclusive_lock, is_held_exclusively
from aftercare.foundation.database.embedded.remains import read_lock_file
from aftercare.foundation.database.embedded.server_log import open_log

KEEPER_MODULE = f"{__package__}.keeper"
POLL_SECONDS = 0.01
DEAF_PATIENCE_SECONDS = 10.0
LONGEST_LOG_EXCERPT = 2000


def ensure_running(*, layout: Layout, port: int | None, durable: bool) -> None:
    """Return once the server takes connections. The caller holds a lease, so it will not stop of itself."""
    if takes_connections(layout):
        return
    with exclusive_lock(layout.start_lock):
        deaf_since = time.monotonic()
        while not takes_connections(layout):
            if not is_held_exclusively(layout.keeper_lock):
                _start_keeper(layout=layout, port=port, durable=durable)
                deaf_since = time.monotonic()
            elif not _says_ready(layout):
                deaf_since = time.monotonic()
            elif time.monotonic() - deaf_since > DEAF_PATIENCE_SECONDS:
                raise StartFailedError(
                    f"PostgreSQL runs on {layout.data}, but nobody answers on its socket in {layout.sockets}. "
                    "Something removed the socket: end the processes that use the database and start again."
                )
            time.sleep(POLL_SECONDS)


def takes_connections(layout: Layout) -> bool:
    """Whether the server answers on its socket this instant."""
    lock_file = read_lock_file(layout.data)
    if not _says_ready(layout) or lock_file is None or lock_file.port is None:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(layout.sockets / f".s.PGSQL.{lock_file.port}"))
        except OSError:
            return False
    return True


def _says_ready(layout: Layout) -> bool:
    state = read_keeper_state(layout)
    return state is not None and state.phase is Phase.READY


def _start_keeper(*, layout: Layout, port: int | None, durable: bool) -> None:
    try:
        forget_keeper(layout)
        reply = _reply_of_new_keeper(layout=layout, port=port, durable=durable)
    except OSError as error:
        raise refusal_from(error, home=layout.home) from error
    if reply != READY_REPLY and (reply or not is_held_exclusively(layout.keeper_lock)):
        name, _, text = reply.partition("\n")
        raise FAILURES.get(name, StartFailedError)(text or _unexpected_end(layout))


def _reply_of_new_keeper(*, layout: Layout, port: int | None, durable: bool) -> str:
    options = [*(["--port", str(port)] if port else []), *([] if durable else ["--not-durable"])]
    with (
        open_log(layout.log_file) as log,
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-m", KEEPER_MODULE, *options, "--", str(layout.home)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            # It outlives us, so it must not keep our folder busy nor hear the Ctrl-C of our terminal.
            cwd="/",
            start_new_session=True,
            env=_keeper_environment(),
        ) as process,
    ):
        assert process.stdout
        return os.fsdecode(process.stdout.read())


def _keeper_environment() -> dict[str, str]:
    # The keeper works in another folder; ours may be where this package was found.
    search_path = [str(Path(aftercare.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, search_path))}


def _unexpected_end(layout: Layout) -> str:
    excerpt = layout.log_file.read_text(errors="replace")[-LONGEST_LOG_EXCERPT:]
    return f"The keeper of the embedded PostgreSQL ended unexpectedly. The end of {layout.log_file}:\n{excerpt}"
