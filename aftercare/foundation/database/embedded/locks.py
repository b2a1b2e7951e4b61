"""Advisory file locks. The kernel drops them with their last holder, so a kill -9 leaves none behind."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aftercare.foundation.database.embedded.errors import HomeUnusableError

RETRY_SECONDS = 0.02


def open_lock(path: Path) -> int:
    """Open the file of a lock without locking it; closing the descriptor gives the lock back."""
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError as error:
        raise HomeUnusableError(
            f"{path} belongs to another user. Run this command as the user who started Aftercare, "
            "or choose a home folder of your own."
        ) from error


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Take the lock if it is free this instant."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_for_shared_lock(path: Path) -> int:
    """Wait until nobody holds the lock exclusively, share it, and return its descriptor."""
    descriptor = open_lock(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def is_held_exclusively(path: Path) -> bool:
    """Whether some process holds the lock for itself alone."""
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor, shared=True)
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether any process holds the lock, shared or not."""
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor)
    finally:
        os.close(descriptor)


def try_exclusive_lock(path: Path, *, patience: float) -> int | None:
    """Take the lock within `patience` seconds and return its descriptor, else None."""
    descriptor = open_lock(path)
    deadline = time.monotonic() + patience
    while not try_lock(descriptor):
        if time.monotonic() > deadline:
            os.close(descriptor)
            return None
        time.sleep(RETRY_SECONDS)
    return descriptor


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the lock alone, however long it takes to get."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def unlock(descriptor: int) -> None:
    """Give the lock back and keep its file open."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
