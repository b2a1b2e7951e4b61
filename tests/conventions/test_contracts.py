"""The import contracts hold, and each is broken by a planted import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.source import ROOT

PLANTED = [
    ("Floors", "foundation/kit/planted.py", "import aftercare.commerce.orders.models"),
    ("Foundation", "foundation/stores/planted.py", "import aftercare.foundation.web.panels"),
    ("Commerce", "commerce/customers/planted.py", "import aftercare.commerce.catalog.models"),
    ("Engagement", "engagement/content/planted.py", "import aftercare.engagement.messaging.models"),
    ("Inside", "engagement/messaging/models.py", "import aftercare.engagement.messaging.actions.hold"),
    ("Nothing below", "commerce/orders/subscribers.py", "import aftercare.commerce.orders.portal"),
    ("Policies are pure", "engagement/messaging/policy/budget.py", "import aftercare.foundation.database.bulk"),
]


def lint(root: Path) -> str:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(root), "PATH": ""}
    )
    return done.stdout + done.stderr


def copy_of_the_house(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "aftercare", tmp_path / "aftercare", ignore=shutil.ignore_patterns("*.pyc", "static", "templates")
    )
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_contracts_hold(tmp_path: Path) -> None:
    assert "0 broken" in lint(copy_of_the_house(tmp_path))


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED, ids=lambda value: str(value)[:20])
def test_a_planted_import_is_found(tmp_path: Path, contract: str, file: str, line: str) -> None:
    planted = copy_of_the_house(tmp_path) / "aftercare" / file
    before = planted.read_text(encoding="utf-8") if planted.exists() else ""
    planted.write_text(f"{before}\n{line}\n", encoding="utf-8")
    broken = [row for row in lint(tmp_path).splitlines() if row.endswith("BROKEN")]
    assert any(row.startswith(contract) for row in broken)
