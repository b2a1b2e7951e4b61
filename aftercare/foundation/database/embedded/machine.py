"""What the machine, or the container that poses as one, has to offer."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only its size is asked for


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Sizes in bytes. `posix_shared_memory` is None where the system has no mount of limited size for it."""

    memory: int
    processors: int
    free_disk: int
    posix_shared_memory: int | None


def measure_machine(*, data: Path) -> Machine:
    """Measure this machine, and the disk under the existing folder `data`."""
    return Machine(
        memory=_memory(),
        processors=os.cpu_count() or 1,
        free_disk=shutil.disk_usage(data).free,
        posix_shared_memory=_posix_shared_memory(),
    )


def _memory() -> int:
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min([physical, *(limit for path in CGROUP_LIMITS if (limit := _cgroup_limit(path)) is not None)])


def _cgroup_limit(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _posix_shared_memory() -> int | None:
    if sys.platform != "linux":
        return None
    return shutil.disk_usage(SHARED_MEMORY).total if SHARED_MEMORY.is_dir() else 0
