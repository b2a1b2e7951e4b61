"""An input as a stream of lines, whatever it is packed in and wherever it comes from."""

import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

from aftercare.commerce.platforms.errors import UnreadableFile
from aftercare.commerce.platforms.files.unpacking import MAGIC, Unpacked

STDIN = "-"
LONGEST_LINE = 16 * 1024 * 1024
BOM = b"\xef\xbb\xbf"
_BUFFER = 256 * 1024


class Format(StrEnum):
    CSV = "csv"
    NDJSON = "ndjson"


# What people feed by mistake, by its first bytes, and what to do about it.
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "Unpack it, or save the sheet as CSV in UTF-8."),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "Save the sheet as CSV in UTF-8."),
    (b"\xff\xfe", "UTF-16 text", "Save it in UTF-8: `iconv -f UTF-16 -t UTF-8`."),
    (b"\xfe\xff", "UTF-16 text", "Save it in UTF-8: `iconv -f UTF-16 -t UTF-8`."),
    (b"\x28\xb5\x2f\xfd", "packed by zstd", "Unpack it and pipe it in: `zstdcat FILE | aftercare import KIND -`."),
    (b"\xfd7zXZ", "packed by xz", "Unpack it and pipe it in: `xzcat FILE | aftercare import KIND -`."),
    (b"BZh", "packed by bzip2", "Unpack it and pipe it in: `bzcat FILE | aftercare import KIND -`."),
    (b"[", "one JSON array", "Write one object per line: `jq -c '.[]' FILE`."),
    (b"<", "XML or HTML", "Export it as CSV or NDJSON."),
)  # fmt: skip


@dataclass
class Source:
    """An opened input. `size` and `position` count bytes as they lie on disk; a pipe has no size."""

    name: str
    folder: Path
    format: Format
    size: int | None
    has_bom: bool
    _raw: IO[bytes] = field(repr=False)
    _stream: IO[bytes] = field(repr=False)
    _line: int = 0

    def position(self) -> int:
        """How many bytes were read from disk."""
        return self._raw.tell() if self.size is not None else 0

    def lines(self) -> Iterator[bytes]:
        """Each line with its end, in constant memory."""
        while line := self._next():
            self._line += 1
            if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                raise UnreadableFile(
                    f"{self.name}, line {self._line}: the line is longer than {LONGEST_LINE // 1024**2} MiB.",
                    remedy="Check that the file has one row or one object per line.",
                )
            yield line

    def _next(self) -> bytes:
        try:
            return self._stream.readline(LONGEST_LINE)
        except (EOFError, zlib.error) as error:
            raise UnreadableFile(
                f"{self.name}: the archive is damaged after line {self._line} ({error}).",
                remedy="Fetch it again and feed it again: what came in before stays unchanged.",
            ) from error
        except OSError as error:
            raise UnreadableFile(f"{self.name}: cannot be read after line {self._line}: {error.strerror}.") from error


@contextmanager
def open_source(path: str) -> Iterator[Source]:
    """Open a file, or standard input for `-`; raises UnreadableFile where it is none of our formats."""
    with ExitStack() as stack:
        raw = sys.stdin.buffer if path == STDIN else stack.enter_context(_opened(path))
        stream: IO[bytes] = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)  # type: ignore[type-var]  # stdin is replaced by a bare BytesIO where it is captured
        name = "standard input" if path == STDIN else Path(path).name
        if _peek(stream).startswith(MAGIC):
            stream = io.BufferedReader(Unpacked(stream), _BUFFER)
        has_bom = _skip_bom(stream, name)
        yield Source(
            name=name,
            folder=Path.cwd() if path == STDIN else Path(path).absolute().parent,
            format=_format(stream, name),
            size=None if path == STDIN else os.fstat(raw.fileno()).st_size,
            has_bom=has_bom,
            _raw=raw,
            _stream=stream,
        )


def _opened(path: str) -> IO[bytes]:
    try:
        return Path(path).open("rb", buffering=_BUFFER)
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror}.", field="file") from error


def _peek(stream: IO[bytes]) -> bytes:
    assert isinstance(stream, io.BufferedReader)
    try:
        return stream.peek(4096)
    except (EOFError, OSError, zlib.error) as error:
        raise UnreadableFile(f"The archive is damaged from its start ({error}).", remedy="Fetch it again.") from error


def _skip_bom(stream: IO[bytes], name: str) -> bool:
    if _peek(stream).startswith(MAGIC):
        raise UnreadableFile(f"{name} is packed by gzip twice.", remedy="Unpack it once.")
    has_bom = _peek(stream).startswith(BOM)
    if has_bom:
        stream.read(len(BOM))
    return has_bom


def _format(stream: IO[bytes], name: str) -> Format:
    start = _peek(stream).lstrip()
    for magic, what, remedy in _FOREIGN:
        if start.startswith(magic):
            raise UnreadableFile(f"{name} is {what}, not CSV or NDJSON.", field="file", remedy=remedy)
    return Format.NDJSON if start.startswith(b"{") else Format.CSV
