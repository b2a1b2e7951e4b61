"""Starting a function as a process of its own.

A fork begins with everything its parent has imported: it starts at once, and the memory for code is shared by all.
It keeps nothing else: no open file, no connection, no signal handler.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from aftercare.foundation.database.embedded.parent_death import die_with_parent

FIRST_OWN_DESCRIPTOR = 3
_TO_DEFAULT = (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)


def start(run: Callable[[], object], *, name: str) -> tuple[int, int]:
    """Start `run` in a process; answers its id, and the descriptor from which all that it prints can be read.

    `ps` and `top` know it by `name`.
    The process leads a group of its own (Ctrl-C reaches only us, and force reaches its own children too), and is
    asked to end when the thread that started it does.
    """
    arm = die_with_parent(signal.SIGTERM)
    sys.stdout.flush()
    sys.stderr.flush()
    output, written = os.pipe()
    pid = os.fork()
    if not pid:
        _live(run, written, arm, name)
    os.close(written)
    return pid, output


def _live(run: Callable[[], object], output: int, arm: Callable[[], None] | None, name: str) -> NoReturn:
    """In the fork. Whatever happens, it must not go on as a copy of its parent."""
    status = 1
    try:
        _become_own_process(output)
        if arm:
            arm()
        with suppress(OSError):  # Linux only; what is too long is cut
            Path("/proc/self/comm").write_text(f"aftercare {name}", encoding="utf-8")
        status = _run(run)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)  # without what our parent has registered for its own end


def _become_own_process(output: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in _TO_DEFAULT:
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in enumerate((nothing, output, output)):
        os.dup2(source, target)
    os.closerange(FIRST_OWN_DESCRIPTOR, os.sysconf("SC_OPEN_MAX"))
    # What a program prints should be seen when it prints it, not when its buffer is full.
    for descriptor, name in ((1, "stdout"), (2, "stderr")):
        setattr(sys, name, os.fdopen(descriptor, "w", buffering=1, encoding="utf-8", errors="backslashreplace"))


def _run(run: Callable[[], object]) -> int:
    """The exit status, and on the way what the interpreter would print."""
    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201
            return 1
        return end.code or 0
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        return 1
    return 0
