"""SMTP replies (RFC 5321 §4.2) out of a stream of bytes."""

import re
from dataclasses import dataclass
from functools import lru_cache

_MAX_LINE = 4096  # eight times what RFC 5321 allows; beyond, it is no mail server that talks
_MAX_LINES = 256
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


class ProtocolViolation(Exception):  # noqa: N818 -- the server's, not ours
    """What came is no SMTP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, its lines joined by spaces without their codes."""

    code: int
    text: str
    lines: tuple[str, ...]

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463) or nothing."""
        match = _ENHANCED.match(self.text)
        return match[1] if match else ""

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class ReplyReader:
    """Takes bytes as they come, gives whole replies."""

    def __init__(self) -> None:
        self._buffer = b""
        self._lines: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left over, not even half a line."""
        return not self._buffer and not self._lines

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now; raises ProtocolViolation."""
        *complete, self._buffer = (self._buffer + data).split(b"\n")
        if len(self._buffer) > _MAX_LINE:
            raise ProtocolViolation("a reply line without end")
        if not self._lines and all(line[3:4] != b"-" for line in complete):
            return [_single(line) for line in complete]
        return [reply for line in complete if (reply := self._continued(line))]

    def _continued(self, line: bytes) -> Reply | None:
        """The reply that `line` completes, if it is a last line."""
        part = _single(line)
        self._lines.append(part.text)
        if line[3:4] == b"-":
            if len(self._lines) > _MAX_LINES:
                raise ProtocolViolation("a reply without end")
            return None
        lines, self._lines = tuple(self._lines), []
        return Reply(code=part.code, text=" ".join(lines), lines=lines)


@lru_cache(maxsize=256)
def _single(line: bytes) -> Reply:
    """A line as a reply of its own; servers say the same few things all the time."""
    text = line.rstrip(b"\r").decode("utf-8", "replace")
    if not (text[:3].isascii() and text[:3].isdigit()) or text[3:4] not in ("", " ", "-"):
        raise ProtocolViolation(f"'{text[:80]}' is no SMTP reply")
    return Reply(code=int(text[:3]), text=text[4:], lines=(text[4:],))
