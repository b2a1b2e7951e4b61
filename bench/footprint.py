"""Goal 17: what an installation takes: disk, time to the first page, memory while nothing happens.

Sizes are the idle installation with an empty store and one with some traffic behind it. Memory is the proportional set
size (shared pages counted once) of web, live, worker and PostgreSQL together, as the kernel accounts it.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, PackagePath, distribution
from importlib.util import cache_from_source
from pathlib import Path

from bench.harness import Options, verdict

GOAL_DISK = 650
GOAL_FIRST = 15.0
GOAL_WARM = 3.0
GOAL_MEMORY = 400
_PORT, _LIVE_PORT = 8471, 8472
# What would make it another installation, or let Python compile everything again at each start.
_NOT_OURS = {"DATABASE_URL", "AFTERCARE_URL", "PYTHONDONTWRITEBYTECODE"}
# Our own code is counted where it lies; what else a user gets is pinned here.
_ROOT = Path(__file__).resolve().parents[1]
_PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==", re.MULTILINE)


def run(options: Options) -> bool:
    """An empty folder, then the same folder again."""
    disk = _disk()
    print(f"\nBase installation with PostgreSQL and compiled Python: {disk:.0f} MB")
    met = [verdict(f"at most {GOAL_DISK} MB", met=disk <= GOAL_DISK)]
    home = Path(tempfile.mkdtemp(prefix="aftercare-footprint-"))
    home.chmod(0o755)
    try:
        first, _ = _start(home, idle=0)
        warm, memory = _start(home, idle=3 if options.quick else 20)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"Empty folder to the first page {first:.1f} s; warm start {warm:.1f} s; idle memory {memory:.0f} MB")
    return all([
        *met,
        verdict(f"empty folder to the first page within {GOAL_FIRST:.0f} s", met=first <= GOAL_FIRST),
        verdict(f"warm start within {GOAL_WARM:.0f} s", met=warm <= GOAL_WARM),
        verdict(f"idle within {GOAL_MEMORY} MB", met=memory <= GOAL_MEMORY),
    ])  # fmt: skip


def _start(home: Path, *, idle: float) -> tuple[float, float]:
    """Seconds until a page is answered, and MB of all processes after `idle` seconds; everything is stopped again."""
    environment = {key: value for key, value in os.environ.items() if key not in _NOT_OURS}
    environment["AFTERCARE_HOME"] = str(home)
    command = [sys.executable, "-m", "aftercare.config.cli", "up", "--port", str(_PORT), "--live-port", str(_LIVE_PORT)]
    started = time.perf_counter()
    up = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await_page(until=started + 120)
        took = time.perf_counter() - started
        time.sleep(idle)
        return took, sum(_proportional(pid) for pid in _family(up.pid, home))
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(30)
        time.sleep(3)


def _await_page(*, until: float) -> None:
    while time.perf_counter() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/", timeout=5) as page:
                assert page.status == 200
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError("no page within two minutes")


def _family(root: int, home: Path) -> list[int]:
    """The process, all it started, and the database server of this home."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    keepers = {pid for pid in parents if str(home).encode() in _command(pid)}
    family = {root, *keepers}
    while grown := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= grown
    return sorted(family)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _proportional(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def _disk() -> float:
    pinned = _PINNED.findall((_ROOT / "requirements" / "base.txt").read_text(encoding="utf-8"))
    ours = (_ROOT / "aftercare").rglob("*")
    theirs = (Path(str(file.locate())) for name in pinned for file in _installed(name))
    files = {file for one in (*ours, *theirs) for file in (one, _compiled(one)) if file.is_file()}
    return sum(file.stat().st_size for file in files) / 1e6


def _installed(name: str) -> Iterable[PackagePath]:
    """Nothing where a package is for another system."""
    try:
        return distribution(name).files or ()
    except PackageNotFoundError:
        return ()


def _compiled(file: Path) -> Path:
    return Path(cache_from_source(str(file))) if file.suffix == ".py" else file
