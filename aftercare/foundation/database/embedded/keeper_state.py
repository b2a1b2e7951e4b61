"""What the keeper tells everybody about itself, in the file of the lock that it holds."""

import os
from dataclasses import dataclass
from enum import StrEnum

from aftercare.foundation.database.embedded.layout import Layout
from aftercare.foundation.database.embedded.locks import is_held_exclusively

LONGEST_STATE = 64
# The answer of a keeper to its starter; any other one is the name of a refusal and its text.
READY_REPLY = "ready"


class Phase(StrEnum):
    """How far the keeper has got."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"


@dataclass(frozen=True, kw_only=True)
class KeeperState:
    """A keeper that is alive."""

    pid: int
    phase: Phase


def write_keeper_state(*, lock: int, phase: Phase) -> None:
    """Tell the phase. `lock` is the descriptor of the keeper's lock, which the caller holds."""
    # Written at once and padded, so that a reader sees either the old state or the new one.
    os.pwrite(lock, f"{os.getpid()} {phase}".ljust(LONGEST_STATE).encode(), 0)


def read_keeper_state(layout: Layout) -> KeeperState | None:
    """Return the state of the keeper, or None if there is none alive or it has not said anything yet."""
    if not is_held_exclusively(layout.keeper_lock):
        return None
    pid, _, phase = layout.keeper_lock.read_text().strip().partition(" ")
    return KeeperState(pid=int(pid), phase=Phase(phase)) if pid else None


def forget_keeper(layout: Layout) -> None:
    """Wipe the state of a keeper that is gone, so that nobody takes it for the next one's."""
    os.truncate(layout.keeper_lock, 0)
