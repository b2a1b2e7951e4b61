"""The server's log: read from its standard error, kept in a file that never outgrows its size."""

import os
import select
import time
from collections import deque
from pathlib import Path
from typing import BinaryIO

LARGEST_FILE = 10 * 1024 * 1024
OLD_FILES = 3
REMEMBERED_LINES = 40
CHUNK = 65536
END_OF_STREAM_SECONDS = 0.01


def open_log(path: Path) -> BinaryIO:
    """Open a log file to append to it, closed to other users: statements tell what customers wrote."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600), "ab")


class ServerLog:
    """Appends to a log file, keeps a few old ones, and remembers the last lines for an error message."""

    def __init__(self, path: Path, *, largest: int = LARGEST_FILE) -> None:
        self._path = path
        self._largest = largest
        self._recent: deque[str] = deque(maxlen=REMEMBERED_LINES)

    def pump(self, source: int, *, timeout: float, wake_up: int | None = None) -> bool:
        """Wait up to `timeout` seconds for output of the server and store it. Return whether there was any.

        Whatever arrives at the descriptor `wake_up` ends the wait.
        """
        readable, _, _ = select.select([source] if wake_up is None else [source, wake_up], [], [], timeout)
        if wake_up in readable:
            os.read(wake_up, CHUNK)
        if source not in readable:
            return False
        if chunk := os.read(source, CHUNK):
            self.write(chunk)
        else:
            # The end of the stream stays readable for ever.
            time.sleep(min(timeout, END_OF_STREAM_SECONDS))
        return bool(chunk)

    def note(self, sentence: str) -> None:
        """Add a line of the keeper's own."""
        self.write(f"aftercare: {sentence}\n".encode())

    def write(self, text: bytes) -> None:
        """Append `text`, after moving a full file out of the way."""
        self._recent.extend(text.decode(errors="replace").splitlines())
        try:
            self._rotate()
            with open_log(self._path) as file:
                file.write(text)
        except OSError:
            # A full disk must not end the keeper: then the server could not even be stopped in an orderly way.
            return

    def forget(self) -> None:
        """Forget the last lines: what comes now is another server's."""
        self._recent.clear()

    def last_words(self) -> str:
        """Return the last lines written."""
        return "\n".join(self._recent)

    def _rotate(self) -> None:
        if not self._path.exists() or self._path.stat().st_size < self._largest:
            return
        names = [self._path, *(self._path.with_name(f"{self._path.name}.{age}") for age in range(1, OLD_FILES + 1))]
        for older, newer in zip(reversed(names), reversed(names[:-1]), strict=False):
            if newer.exists():
                newer.replace(older)
