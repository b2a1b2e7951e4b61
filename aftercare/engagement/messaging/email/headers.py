"""Header fields as RFC 5322 and RFC 2047 want them, and nothing that a value could smuggle into them."""

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache

from aftercare.engagement.messaging.email.problems import HeaderProblem

_LINE = 76  # RFC 2047 §2: lines with encoded words are at most this long
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,62}")
_MESSAGE_ID = re.compile(r"[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*@[A-Za-z0-9.-]+")
_URL = re.compile(r"[!-;=?-~]{1,900}")  # no blanks, no angle brackets
_WORD_FRAME = len("=?utf-8?b??=")


def field_name(name: str) -> bytes:
    """The name of a header field; raises HeaderProblem where it is none."""
    if not _FIELD_NAME.fullmatch(name):
        raise HeaderProblem(f"'{name}' is no name of a header field")
    return name.encode()


def refuse_control_characters(name: str, value: str) -> None:
    """Raise HeaderProblem where `value` would end its header field, and with it begin another."""
    if _FORBIDDEN.search(value):
        raise HeaderProblem(f"{name} holds a line break or control character", field=name)


def text_value(name: str, text: str) -> bytes:
    """An unstructured value such as a subject, folded for a field called `name`."""
    refuse_control_characters(name, text)
    start = len(name) + 2
    if text.isascii() and "=?" not in text:
        if start + len(text) <= _LINE:
            return text.encode()
        return _folded(text, start)
    return encoded_words(text, start)


def encoded_words(text: str, start: int) -> bytes:
    """`text` as RFC 2047 words that never split a character; `start` is the column of the first."""
    words: list[bytes] = []
    chunk = b""
    room = _payload(_LINE - start)
    for character in text:
        encoded = character.encode("utf-8", "replace")
        if chunk and len(chunk) + len(encoded) > room:
            words.append(_word(chunk))
            chunk = b""
            room = _payload(_LINE - 1)
        chunk += encoded
    words.append(_word(chunk))
    return b"\r\n ".join(words)


def message_id_value(name: str, message_ids: Iterable[str]) -> bytes:
    """One or several message ids (given without angle brackets), one per line."""
    known = list(message_ids)
    for message_id in known:
        if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 900:
            raise HeaderProblem(f"'{message_id}' is no message id", field=name)
    return b"\r\n ".join([b"<%s>" % message_id.encode() for message_id in known])


def unsubscribe_value(url: str, mailto: str) -> bytes:
    """The addresses of List-Unsubscribe (RFC 2369, RFC 8058): https first, then the mailbox."""
    if not url.startswith("https://") or not _URL.fullmatch(url):
        raise HeaderProblem("the unsubscribe address is an https address without blanks", field="List-Unsubscribe")
    if mailto and not _URL.fullmatch(mailto):
        raise HeaderProblem("the unsubscribe mailbox is no address", field="List-Unsubscribe")
    addresses = [f"<{url}>", f"<mailto:{mailto}>"] if mailto else [f"<{url}>"]
    return ",\r\n ".join(addresses).encode()


@lru_cache(maxsize=256)
def date_value(moment: datetime) -> bytes:
    """A date as RFC 5322 §3.3 writes it; `moment` has a time zone."""
    if moment.tzinfo is None:
        raise HeaderProblem("the date of a message needs a time zone", field="Date")
    return format_datetime(moment.replace(microsecond=0)).encode()


def _payload(room: int) -> int:
    """How many bytes fit into a base64 word in `room` columns; at least one character does."""
    return max((room - _WORD_FRAME) // 4 * 3, 4)


def _word(chunk: bytes) -> bytes:
    return b"=?utf-8?b?%s?=" % b64encode(chunk)


def _folded(text: str, start: int) -> bytes:
    """Break an ASCII text before spaces, so that unfolding gives it back."""
    lines: list[str] = []
    line = ""
    column = start
    for piece in re.findall(r" *[^ ]+| +$", text):
        if line.strip() and piece.startswith(" ") and column + len(line) + len(piece) > _LINE:
            lines.append(line)
            line, column = "", 0
        line += piece
    lines.append(line)
    if any(len(part) > 900 for part in lines):
        return encoded_words(text, start)  # no space to break at, and lines end at 998
    return "\r\n".join(lines).encode()
