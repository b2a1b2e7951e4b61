"""DKIM signatures: relaxed/relaxed, RSA-SHA256 (RFC 6376) or Ed25519-SHA256 (RFC 8463).

`Signer.sign` takes a message as `assemble` has it at hand, header by header and with its body canonical already: little
more is paid than the signature itself. `sign_message` takes any finished message.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from aftercare.engagement.messaging.email.problems import HeaderProblem

HeaderField = tuple[bytes, bytes]

# What readers see or mail programs act on (RFC 6376 §5.4.1, RFC 8058 §4). From is listed once more than it occurs, so
# that nobody can add a second one.
_SIGNED = frozenset(
    b"from to cc subject date message-id reply-to in-reply-to references mime-version content-type "
    b"content-transfer-encoding list-unsubscribe list-unsubscribe-post list-id auto-submitted feedback-id".split()
)
_FOLDS = re.compile(rb"\r\n(?=[ \t])")
_BLANKS = re.compile(rb"[ \t]+")
_FIELD = re.compile(rb"([^:\r\n]+):((?:[^\r\n]|\r\n[ \t])*)\r\n")
_LINE = 70
_PADDING = PKCS1v15()
_SHA256 = hashes.SHA256()


class Signer:
    """A domain's key, loaded once; safe to share between threads."""

    def __init__(self, *, domain: str, selector: str, private_key: bytes) -> None:
        key = load_pem_private_key(private_key, password=None)
        if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey):
            raise HeaderProblem("a DKIM key is an RSA or an Ed25519 key", field="private_key")
        if isinstance(key, RSAPrivateKey) and key.key_size < 1024:
            raise HeaderProblem("a DKIM RSA key has at least 1024 bits", field="private_key")
        self._key = key
        algorithm = "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"
        self._start = f"v=1; a={algorithm}; c=relaxed/relaxed;\r\n d={domain}; s={selector}; t=".encode()

    def sign(self, *, fields: Sequence[HeaderField], body: bytes, at: datetime) -> bytes:
        """The DKIM-Signature field, with its line end, for header `fields` and a body in relaxed canonical form."""
        names, canonical = _signed_fields(fields)
        value = b"%s%d;\r\n h=%s;\r\n bh=%s;\r\n b=" % (
            self._start,
            int(at.timestamp()),
            _folded_names(names),
            b64encode(sha256(body).digest()),
        )
        signature = self._signature(canonical + b"dkim-signature:" + relaxed_value(value))
        return b"DKIM-Signature: " + value + _folded_signature(signature) + b"\r\n"

    def _signature(self, signed: bytes) -> bytes:
        if isinstance(self._key, RSAPrivateKey):
            return b64encode(self._key.sign(signed, _PADDING, _SHA256))
        return b64encode(self._key.sign(sha256(signed).digest()))


def sign_message(*, message: bytes, signer: Signer, at: datetime) -> bytes:
    """`message` (CRLF line ends) with a signature in front."""
    head, _, body = message.partition(b"\r\n\r\n")
    fields = [(name, value) for name, value in _FIELD.findall(head + b"\r\n")]
    return signer.sign(fields=fields, body=relaxed_body(body), at=at) + message


def relaxed_value(value: bytes) -> bytes:
    """A header value unfolded, its blanks collapsed and trimmed (RFC 6376 §3.4.2)."""
    if b"\r\n" in value or b"  " in value or b"\t" in value:
        value = _BLANKS.sub(b" ", _FOLDS.sub(b"", value))
    return value.strip(b" ")


def relaxed_body(body: bytes) -> bytes:
    """A body with blanks collapsed, none at line ends, and no empty lines at its end (RFC 6376 §3.4.4)."""
    canonical = _BLANKS.sub(b" ", body).replace(b" \r\n", b"\r\n").rstrip(b" ")
    canonical = canonical.rstrip(b"\r\n") if canonical.endswith(b"\r\n") else canonical
    return canonical + b"\r\n" if canonical else b""


def _signed_fields(fields: Iterable[HeaderField]) -> tuple[list[bytes], bytes]:
    """Names for h=, and the canonical header they stand for, from the bottom up as §5.4.2 wants it."""
    names: list[bytes] = []
    lines: list[bytes] = []
    for name, value in reversed(list(fields)):
        lowered = name.strip().lower()
        if lowered in _SIGNED:
            names.append(lowered)
            lines.append(b"%s:%s\r\n" % (lowered, relaxed_value(value)))
    names.append(b"from")
    return names, b"".join(lines)


def _folded_names(names: list[bytes]) -> bytes:
    lines = [names[0]]
    for name in names[1:]:
        if len(lines[-1]) + len(name) > _LINE:
            lines.append(name)
        else:
            lines[-1] += b":" + name
    return b":\r\n  ".join(lines)


def _folded_signature(signature: bytes) -> bytes:
    return b"\r\n  ".join([signature[start : start + _LINE] for start in range(0, len(signature), _LINE)])
