"""Quoted-printable (RFC 2045 §6.7) in pieces, so that a template's fixed text is encoded once and not per message.

Each piece stands on lines of its own: `join` puts a soft line break between them. So a piece encodes the same wherever
it stands; lines never pass 76 characters, no line begins with a dot, and all is ASCII: the bytes need neither 8BITMIME
nor dot-stuffing, and survive every relay with the signature intact. Of blanks side by side, all but the first are
written as =20, and tabs as =09: what DKIM's relaxed canonicalisation (RFC 6376 §3.4.4) makes of it is what it is.
"""

from binascii import b2a_qp
from collections.abc import Iterable

_SOFT_BREAK = b"=\r\n"
_FULL = 75  # and "="
_WIDTH = 73  # and "=", and two more where a leading dot becomes =2E
_LITERAL = frozenset(range(32, 127)) - {ord("=")}
_ATOMS = [chr(byte) if byte in _LITERAL else f"={byte:02X}" for byte in range(256)]
_ODDITIES = ("\r", "\t", "  ")


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
    odd = any(oddity in joined for oddity in _ODDITIES) or joined.count("\n") >= len(values)
    if odd or encoded.startswith(b".") or b"\n." in encoded:
        return [encode(value) for value in values]  # C would write them in another way
    # C breaks long lines with a bare LF, after an "=" that stands for nothing else; other LF are between two values.
    pieces = encoded.replace(b"=\n", b"=\r").split(b"\n") if values else []
    return [
        piece if len(piece) <= _FULL else _broken(piece, value) for piece, value in zip(pieces, values, strict=True)
    ]


def _broken(piece: bytes, value: str) -> bytes:
    """A piece of several lines, whose breaks are a bare CR as yet."""
    if len(piece.rpartition(b"\r")[2]) > _FULL:
        return encode(value)  # a last line as long as lines may be leaves no room for the "=" of `join`
    return piece.replace(b"\r", b"\r\n")


def _encode_line(line: str, *, ends: bool = False) -> str:
    atoms = [_ATOMS[byte] for byte in line.encode("utf-8", "replace")]
    for place in range(len(atoms) - 1, 0, -1):
        if atoms[place] == atoms[place - 1] == " ":
            atoms[place] = "=20"
    if ends and atoms and atoms[-1] == " ":
        atoms[-1] = "=20"
    segments: list[str] = []
    segment = ""
    for atom in atoms:
        if len(segment) + len(atom) > _WIDTH:
            segments.append(segment)
            segment = ""
        segment += atom
    segments.append(segment)
    return "=\r\n".join(["=2E" + part[1:] if part.startswith(".") else part for part in segments])
