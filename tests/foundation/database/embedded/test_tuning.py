"""Settings for small and large machines."""

import dataclasses

import pytest

from aftercare.foundation.database.embedded.machine import Machine
from aftercare.foundation.database.embedded.tuning import settings_for

GIGABYTE = 1024**3
ORDINARY = Machine(memory=8 * GIGABYTE, processors=4, free_disk=100 * GIGABYTE, posix_shared_memory=4 * GIGABYTE)


@pytest.mark.parametrize(
    ("memory", "shared_buffers"), [(GIGABYTE // 16, "32MB"), (GIGABYTE, "256MB"), (256 * GIGABYTE, "2048MB")]
)
def test_the_server_caches_a_quarter_of_the_memory_within_limits(memory: int, shared_buffers: str) -> None:
    machine = dataclasses.replace(ORDINARY, memory=memory)

    assert settings_for(machine=machine, durable=True)["shared_buffers"] == shared_buffers


@pytest.mark.parametrize(("free", "largest"), [(0, "128MB"), (10 * GIGABYTE, "1024MB"), (1000 * GIGABYTE, "4096MB")])
def test_the_write_ahead_log_leaves_most_of_the_disk_alone(free: int, largest: str) -> None:
    machine = dataclasses.replace(ORDINARY, free_disk=free)

    assert settings_for(machine=machine, durable=True)["max_wal_size"] == largest


@pytest.mark.parametrize(
    ("available", "kind"), [(None, "posix"), (GIGABYTE, "posix"), (64 * 1024**2, "sysv"), (0, "sysv")]
)
def test_a_tiny_shared_memory_mount_is_not_relied_on(available: int | None, kind: str) -> None:
    machine = dataclasses.replace(ORDINARY, posix_shared_memory=available)

    assert settings_for(machine=machine, durable=True)["dynamic_shared_memory_type"] == kind


def test_only_a_server_for_tests_gives_up_crash_safety() -> None:
    durable = settings_for(machine=ORDINARY, durable=True)
    fast = settings_for(machine=ORDINARY, durable=False)

    assert fast.items() - durable.items() == {
        ("fsync", "off"),
        ("synchronous_commit", "off"),
        ("full_page_writes", "off"),
    }
    assert durable.items() <= fast.items()
