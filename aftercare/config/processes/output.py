"""The output of several processes on one screen, whole lines only, each under the name of its process."""

from collections import deque
from collections.abc import Iterable
from typing import BinaryIO

REMEMBERED_LINES = 20
LONGEST_LINE = 64 * 1024


class Screen:
    """Where lines go. Once nobody reads them any more it says so and swallows the rest."""

    def __init__(self, stream: BinaryIO, *, names: Iterable[str]) -> None:
        self._stream = stream
        self._width = max(map(len, names), default=0)
        self.is_closed = False

    def show(self, name: str, line: str) -> None:
        """Print one line under a name."""
        if self.is_closed:
            return
        try:
            self._stream.write(f"{name:<{self._width}} | {line}\n".encode(errors="replace"))
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            self.is_closed = True


class LineBuffer:
    """Cuts a stream of bytes into lines, and remembers the last ones."""

    def __init__(self) -> None:
        self._rest = b""
        self._recent: deque[str] = deque(maxlen=REMEMBERED_LINES)

    def feed(self, chunk: bytes) -> list[str]:
        """Return the lines that `chunk` completes. A line without end is cut rather than kept in memory."""
        *complete, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            complete.append(self._rest)
            self._rest = b""
        return self._remember(complete)

    def flush(self) -> list[str]:
        """Return what was printed after the last line break."""
        rest, self._rest = self._rest, b""
        return self._remember([rest] if rest else [])

    def recent(self) -> list[str]:
        """Return the last lines."""
        return list(self._recent)

    def _remember(self, lines: Iterable[bytes]) -> list[str]:
        decoded = [line.rstrip(b"\r").decode(errors="replace") for line in lines]
        self._recent.extend(decoded)
        return decoded
