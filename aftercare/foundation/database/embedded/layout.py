"""Where everything lies.

    HOME/lease.lock      shared by every process that uses the server
    HOME/start.lock      held by the one process that starts the keeper
    HOME/keeper.lock     held by the keeper; holds its process id and state
    HOME/password        of the database user, mode 0600
    HOME/postgres.log    what the server and its keeper have to say, rotated by size
    HOME/cluster/        the place: data/, run/ (socket), aftercare.conf

As root the server runs under another account. Where that account cannot reach HOME (below /root, say), HOME/cluster
is a symbolic link to a folder of its own in /var/lib/aftercare.
"""

import errno
import hashlib
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aftercare.foundation.database.embedded.account import Account
from aftercare.foundation.database.embedded.errors import DiskFullError, HomeUnusableError

SHELF = Path("/var/lib/aftercare")
# Fixed, not $TMPDIR: all processes have to agree on it whatever their environment.
SHORT_SOCKET_ROOT = Path("/tmp")  # noqa: S108 - ownership and mode are checked before use
LONGEST_SOCKET_NAME = ".s.PGSQL.65535.lock"
# 104 bytes with the closing zero on macOS and BSD, 108 on Linux.
LONGEST_SOCKET_PATH = 103
# libpq and PostgreSQL both read a comma as the start of the next folder.
AWKWARD_IN_SOCKET_PATH = frozenset(",\"'\\")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The files of one embedded server."""

    home: Path
    place: Path
    account: Account

    @property
    def lease_lock(self) -> Path:
        return self.home / "lease.lock"

    @property
    def start_lock(self) -> Path:
        return self.home / "start.lock"

    @property
    def keeper_lock(self) -> Path:
        return self.home / "keeper.lock"

    @property
    def password_file(self) -> Path:
        return self.home / "password"

    @property
    def log_file(self) -> Path:
        return self.home / "postgres.log"

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def configuration(self) -> Path:
        return self.place / "aftercare.conf"

    @property
    def mark(self) -> str:
        """A short name for this server, the same in every process."""
        return hashlib.sha256(os.fsencode(self.place)).hexdigest()[:12]

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket: in the place, or a short private one if that path is too long."""
        native = self.place / "run"
        path = str(native / LONGEST_SOCKET_NAME)
        is_short = len(os.fsencode(path)) <= LONGEST_SOCKET_PATH
        if is_short and path.isprintable() and not AWKWARD_IN_SOCKET_PATH.intersection(path):
            return native
        return SHORT_SOCKET_ROOT / f"aftercare-{self.account.owner}" / self.mark

    def password(self) -> str:
        """Read the password of the database user."""
        return self.password_file.read_text()


def open_layout(*, home: Path, account: Account, shelf: Path = SHELF) -> Layout:
    """Make the home folder, its place and its password, or find them made."""
    try:
        home.mkdir(mode=0o700 if account.uid is None else 0o711, parents=True, exist_ok=True)
        layout = Layout(
            home=home.resolve(), place=_place(home.resolve(), account=account, shelf=shelf), account=account
        )
        if not layout.password_file.exists():
            _write_once(layout.password_file, secrets.token_urlsafe(24))
        layout.password()
    except OSError as error:
        raise refusal_from(error, home=home) from error
    return layout


def refusal_from(error: OSError, *, home: Path) -> HomeUnusableError | DiskFullError:
    """Turn an error of the file system into a refusal with its remedy."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFullError(f"There is no room left on the disk of {home}. Free some space and start again.")
    return HomeUnusableError(
        f"The database cannot live in {home}: {error.strerror or error}. "
        "Choose a home folder that you may write to, or set DATABASE_URL to a PostgreSQL of your own."
    )


def make_socket_folder(layout: Layout) -> None:
    """Make the folder of the Unix socket, private to the server's account."""
    folder = layout.sockets
    private = [folder] if folder.parent == layout.place else [folder.parent, folder]
    for step in private:
        try:
            step.mkdir(mode=0o700)
        except FileExistsError:
            found = step.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != layout.account.owner or found.st_mode & 0o022:
                raise HomeUnusableError(
                    f"{step} should be a private folder for the socket of the database, but somebody else made it. "
                    "Remove it, or choose a home folder with a shorter path."
                ) from None
        else:
            layout.account.take(step)


def _place(home: Path, *, account: Account, shelf: Path) -> Path:
    place = home / "cluster"
    if place.is_symlink() and not place.exists():
        raise HomeUnusableError(
            f"{place} says that the data are in {place.readlink()}, but nothing is there. "
            f"Mount or restore that folder; or, to start with an empty database, remove {place}."
        )
    if not place.exists():
        if account.can_enter(home):
            place.mkdir(mode=0o711, exist_ok=True)
        else:
            _link_to_shelf(place, account=account, shelf=shelf)
    return place.resolve()


def _link_to_shelf(place: Path, *, account: Account, shelf: Path) -> None:
    shelf.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not account.can_enter(shelf):
        raise HomeUnusableError(
            f"PostgreSQL must not run as root, and its own account can enter neither {place.parent} nor {shelf}. "
            "Choose a home folder outside /root, or run Aftercare as an ordinary user."
        )
    target = Path(tempfile.mkdtemp(dir=shelf, prefix="cluster-"))
    target.chmod(0o711)
    try:
        place.symlink_to(target)
    except FileExistsError:
        target.rmdir()


def _write_once(path: Path, text: str) -> None:
    # Linked into place when complete: of several processes one wins, and none reads half a password.
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        path.hardlink_to(partial)
    except FileExistsError:
        return
    finally:
        Path(partial).unlink()
