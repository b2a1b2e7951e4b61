"""Who runs the server, and where they may go."""

import os
from pathlib import Path

import pytest

from aftercare.foundation.database.embedded.account import Account, server_account

STRANGER = 54321


def test_an_ordinary_user_runs_the_server_and_root_never_does() -> None:
    account = server_account()

    assert account.owner != 0
    assert (account.uid is None) == (os.geteuid() != 0)


@pytest.mark.parametrize(("mode", "may_enter"), [(0o711, True), (0o700, False), (0o766, False)])
def test_a_stranger_needs_the_right_to_search_every_folder(empty_folder: Path, mode: int, *, may_enter: bool) -> None:
    (empty_folder / "open").mkdir(mode=0o755)
    empty_folder.chmod(mode)

    assert Account(uid=STRANGER, gid=STRANGER).can_enter(empty_folder / "open") is may_enter


def test_owner_and_group_count_before_the_rest(empty_folder: Path) -> None:
    found = empty_folder.stat()
    empty_folder.chmod(0o701)

    assert Account(uid=found.st_uid, gid=STRANGER).can_enter(empty_folder)
    assert not Account(uid=STRANGER, gid=found.st_gid).can_enter(empty_folder)


def test_the_caller_is_not_checked_because_the_system_will(empty_folder: Path) -> None:
    empty_folder.chmod(0o000)

    assert Account().can_enter(empty_folder)
    empty_folder.chmod(0o700)
