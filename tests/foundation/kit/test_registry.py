"""Registries fill themselves, once, whoever asks first."""

import sys
import threading
from pathlib import Path

import pytest

from aftercare.foundation.kit.registry import Registry

SLOW = """
import time
from {package} import registry
time.sleep(0.2)
registry.register("slow", "kind")
assert registry.keys() == ["slow"]
"""


def test_whoever_asks_while_it_is_filled_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = "kinds_of_a_slow_folder"
    folder = tmp_path / package
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from aftercare.foundation.kit.registry import Registry\nregistry = Registry(__name__)\n", encoding="utf-8"
    )
    (folder / "slow.py").write_text(SLOW.format(package=package), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    registry: Registry[str] = __import__(package).registry
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append("slow" in registry)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [True] * 4
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]
