"""Children that do not outlive their parent, not even when it is killed with -9 (Linux only)."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return a `preexec_fn` after which the kernel sends `number` to the child when its parent dies.

    Call it in the parent, whose thread that starts the child has to stay alive as long as the child.
    """
    if sys.platform != "linux":
        return None
    # Looked up before the fork: after it, another thread's lock on the loader would never be given back.
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return arm
