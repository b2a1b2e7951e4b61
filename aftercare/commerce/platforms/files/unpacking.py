"""Unpacking gzip so that a damaged archive still yields every line before the damage.

`gzip.GzipFile` reads ahead and drops what it had unpacked when it then meets the damage: up to 256 kB of good rows.
"""

import io
import zlib
from typing import IO

_PACKED = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
MAGIC = b"\x1f\x8b"


class Unpacked(io.RawIOBase):
    """The content of a gzip stream of one member or several; raises EOFError or zlib.error where it is damaged."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._member = zlib.decompressobj(_GZIP)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the stubs know no writable buffer
        while True:
            if self._member.eof:
                # Archives may be padded with zeros, and several make one when they are put together.
                packed = self._member.unused_data.lstrip(b"\x00") or self._packed.read(_PACKED).lstrip(b"\x00")
                if not packed:
                    return 0
                self._member = zlib.decompressobj(_GZIP)
            else:
                packed = self._member.unconsumed_tail or self._packed.read(_PACKED)
            content = self._member.decompress(packed, len(buffer))
            if content:
                buffer[: len(content)] = content
                return len(content)
            if not packed and not self._member.eof:
                message = "it ends too early"
                raise EOFError(message)
