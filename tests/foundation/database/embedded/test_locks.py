"""File locks as the kernel keeps them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from aftercare.foundation.database.embedded.locks import (
    exclusive_lock,
    is_held,
    is_held_exclusively,
    try_exclusive_lock,
    wait_for_shared_lock,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_shared_lock_is_held_but_not_exclusively(path: Path) -> None:
    first, second = wait_for_shared_lock(path), wait_for_shared_lock(path)
    os.close(first)

    assert is_held(path)
    assert not is_held_exclusively(path)
    assert try_exclusive_lock(path, patience=0) is None

    os.close(second)
    assert not is_held(path)


def test_an_exclusive_lock_ends_with_its_block(path: Path) -> None:
    with exclusive_lock(path):
        assert is_held_exclusively(path)

    descriptor = try_exclusive_lock(path, patience=0)
    assert descriptor is not None
    os.close(descriptor)


def test_a_lock_ends_with_its_process(path: Path) -> None:
    code = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); print(); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()
        assert is_held_exclusively(path)
        holder.kill()

    assert not is_held(path)
