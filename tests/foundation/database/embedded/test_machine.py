"""What a machine or a container offers."""

from pathlib import Path

import pytest

from aftercare.foundation.database.embedded import machine
from aftercare.foundation.database.embedded.machine import measure_machine


@pytest.mark.parametrize(
    ("limit", "is_obeyed"), [("104857600\n", True), ("max\n", False), ("9223372036854771712", False)]
)
def test_the_limit_of_a_container_counts_as_its_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, *, is_obeyed: bool
) -> None:
    without = measure_machine(data=tmp_path)
    (tmp_path / "memory.max").write_text(limit)
    monkeypatch.setattr(machine, "CGROUP_LIMITS", (tmp_path / "memory.max", tmp_path / "absent"))

    measured = measure_machine(data=tmp_path)

    assert (measured.memory == 104857600) is is_obeyed
    assert measured.memory <= without.memory


def test_a_machine_without_a_mount_for_shared_memory_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "SHARED_MEMORY", tmp_path / "absent")

    assert measure_machine(data=tmp_path).posix_shared_memory == 0
