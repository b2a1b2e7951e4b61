"""What every run needs: its folder, the command, and an installation that answers."""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

COMMAND = (sys.executable, "-m", "aftercare.config.cli")
_PATIENCE = 120.0


def exit_code_of(run: Callable[[Path], bool], *, name: str) -> int:
    """Run it in a folder of its own, which stays where a promise did not hold."""
    home = Path(tempfile.mkdtemp(prefix=f"aftercare-{name}-"))
    home.chmod(0o755)  # the server's own account must be able to reach its folder
    if run(home):
        shutil.rmtree(home, ignore_errors=True)  # the server may be leaving just now
        return 0
    print(f"What the processes said stands in {home}.")
    return 1


def await_answer(url: str) -> None:
    """Until it answers well; raises TimeoutError when patience ends."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).is_success:
                return
        time.sleep(0.2)
    raise TimeoutError(f"{url} does not answer")
