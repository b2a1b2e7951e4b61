"""Quoted-printable (RFC 2045 §6.7) in pieces, so that a template's fixed text is encoded once and not per message.

Each piece stands on lines of its own: `join` puts a soft line break between them. So a piece encodes the same wherever
it stands, and its DKIM form too; lines never pass 76 characters, no line begins with a dot, and all is ASCII: the bytes
need neither 8BITMIME nor dot-stuffing, and survive every relay with the signature intact.
"""

import re
from binascii import b2a_qp
from collections.abc import Iterable

_SOFT_BREAK = b"=\r\n"
_FULL = 75  # and "="
_WIDTH = 73  # and "=", and two more where a leading dot becomes =2E
_LITERAL = frozenset(range(33, 127)) - {ord("=")} | {ord(" "), ord("\t")}
_ATOMS = [chr(byte) if byte in _LITERAL else f"={byte:02X}" for byte in range(256)]
_VALUE_END = re.compile(rb"(?<!\r)\n")
_BLANKS = re.compile(rb"[ \t]+")


def join(pieces: Iterable[bytes]) -> bytes:
    """The encoded body made of `pieces`."""
    return _SOFT_BREAK.join(pieces)


def encode(text: str) -> bytes:
    """One piece; its line ends, whichever they are, become CRLF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    # Blanks at the end of a line would be lost on the way; those at the end of the piece stand before a soft break.
    return "\r\n".join([*[_encode_line(line, ends=True) for line in lines[:-1]], _encode_line(lines[-1])]).encode()


def encode_values(values: list[str]) -> list[bytes]:
    """The pieces of many short values, by one call into C for all of them."""
    joined = "\n".join(values)
    encoded = b2a_qp(joined.encode("utf-8", "replace"))
    # What C would wrap or begin in another way than `encode` is left to `encode`.
    if "\r" in joined or joined.count("\n") >= len(values) or encoded.startswith(b".") or b"\n." in encoded:
        return [encode(value) for value in values]
    # C breaks long lines with a bare LF, after an "=" that stands for nothing else.
    pieces = _VALUE_END.split(encoded.replace(b"=\n", b"=\r\n")) if b"=\n" in encoded else encoded.split(b"\n")
    if max(map(len, pieces), default=0) > _FULL:
        # A last line as long as lines may be leaves no room for the "=" of `join`.
        return [
            encode(value) if len(piece.rpartition(b"\n")[2]) > _FULL else piece
            for value, piece in zip(values, pieces, strict=True)
        ]
    return pieces


def relaxed(encoded: bytes) -> bytes:
    """What DKIM hashes of an encoded piece or body under relaxed canonicalisation (RFC 6376 §3.4.4).

    Encoded lines never end in blanks, so collapsing them is all there is to do.
    """
    if b"  " in encoded or b"\t" in encoded:
        return _BLANKS.sub(b" ", encoded)
    return encoded


def _encode_line(line: str, *, ends: bool = False) -> str:
    atoms = [_ATOMS[byte] for byte in line.encode("utf-8", "replace")]
    if ends and atoms and atoms[-1] in " \t":
        atoms[-1] = f"={ord(atoms[-1]):02X}"
    segments: list[str] = []
    segment = ""
    for atom in atoms:
        if len(segment) + len(atom) > _WIDTH:
            segments.append(segment)
            segment = ""
        segment += atom
    segments.append(segment)
    return "=\r\n".join(["=2E" + part[1:] if part.startswith(".") else part for part in segments])
