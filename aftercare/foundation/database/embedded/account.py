"""The operating-system account that the server runs under: PostgreSQL refuses to be root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from aftercare.foundation.database.embedded.errors import HomeUnusableError

UNPRIVILEGED_NAMES = ("postgres", "nobody")


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who runs the server; `uid` and `gid` are None where that is simply the caller."""

    uid: int | None = None
    gid: int | None = None

    @property
    def extra_groups(self) -> list[int] | None:
        """Supplementary groups for `subprocess`: none at all once root steps down."""
        return None if self.uid is None else []

    @property
    def owner(self) -> int:
        """The user id that owns the data files."""
        return os.geteuid() if self.uid is None else self.uid

    def take(self, path: Path) -> None:
        """Hand a file or folder that we made to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        """Whether every folder from the root down to `folder` lets this account through."""
        if self.uid is None:
            return True
        resolved = folder.resolve()
        return all(self._may_search(step.stat()) for step in (resolved, *resolved.parents))

    def _may_search(self, step: os.stat_result) -> bool:
        if step.st_uid == self.uid:
            return bool(step.st_mode & stat.S_IXUSR)
        if step.st_gid == self.gid:
            return bool(step.st_mode & stat.S_IXGRP)
        return bool(step.st_mode & stat.S_IXOTH)


def server_account() -> Account:
    """Return the caller itself, or for root an unprivileged account that the system already has."""
    if os.geteuid() != 0:
        return Account()
    for name in UNPRIVILEGED_NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise HomeUnusableError(
        "PostgreSQL must not run as root, and this system has neither a user 'postgres' nor 'nobody' to run it as. "
        "Run Aftercare as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own."
    )
