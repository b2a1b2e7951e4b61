"""The programs, and a copy of them for an account that may not enter the environment."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from aftercare.foundation.database.embedded.account import Account, server_account
from aftercare.foundation.database.embedded.binaries import INSTALLATION, WHEEL, binaries_for, find_binaries


def test_the_caller_runs_the_programs_where_they_are_installed(tmp_path: Path) -> None:
    assert binaries_for(account=Account(), shelf=tmp_path) == find_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_an_account_that_may_not_enter_the_environment_gets_a_copy(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = empty_folder / "closed"
    packages = find_binaries().folder.parents[1]
    for folder in packages.glob(f"{WHEEL}*"):
        shutil.copytree(folder, closed / folder.name, symlinks=True)
    (closed / WHEEL / INSTALLATION / "share").chmod(0o700)
    closed.chmod(0o700)
    monkeypatch.syspath_prepend(closed)
    account = server_account()
    shelf = empty_folder / "shelf"

    binaries = binaries_for(account=account, shelf=shelf)
    data = empty_folder / "data"
    data.mkdir()
    account.take(data)
    made = subprocess.run(
        [binaries.program("initdb"), "--no-sync", "--no-locale", data],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        capture_output=True,
        cwd="/",
        check=False,
    )

    assert made.returncode == 0, made.stderr
    assert binaries.folder.is_relative_to(shelf)
    assert binaries_for(account=account, shelf=shelf) == binaries
    assert len(list(shelf.iterdir())) == 1
