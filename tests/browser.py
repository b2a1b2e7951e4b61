"""Brings a browser for the end-to-end tests through the system's packages where that is allowed, and says loudly if not."""

import os
import shutil
import subprocess
import sys

LOUD = "\n" + "!" * 100 + "\n!! {}\n" + "!" * 100 + "\n"


def main() -> None:
    """Debian's chromium, unless a browser is there already."""
    if shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing chromium for the browser tests …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], **quiet)
    if not shutil.which("chromium"):
        sys.stderr.write(LOUD.format("No browser: the end-to-end tests are skipped. Install chromium to run them."))


main()
