"""Mailboxes: the form for headers, the form for the envelope, and what needs SMTPUTF8."""

import re
from dataclasses import dataclass
from functools import lru_cache

import idna

from aftercare.engagement.messaging.email.headers import encoded_words, refuse_control_characters
from aftercare.engagement.messaging.email.problems import HeaderProblem

# RFC 5322 atoms, plus whatever is beyond ASCII (RFC 6531). Quoted local parts exist in the RFC, not in shops.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ATOM_UTF8 = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u00a1-\ud7ff\ue000-\U0010ffff-]+"
_LOCAL = re.compile(rf"{_ATOM_UTF8}(?:\.{_ATOM_UTF8})*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ATOMS = re.compile(rf"{_ATOM}(?: {_ATOM})*")


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox and the name shown for it."""

    email: str
    name: str = ""

    def header_value(self, field_name: str) -> bytes:
        """The mailbox for the header field `field_name`; raises HeaderProblem where it is none."""
        return _header_value(field_name, self.email, self.name)

    @property
    def envelope(self) -> str:
        """The address for MAIL FROM and RCPT TO: the domain in ASCII."""
        return envelope_address(self.email)


@lru_cache(maxsize=1024)
def envelope_address(email: str) -> str:
    """`email` with its domain in IDNA form; raises HeaderProblem where it is no address."""
    refuse_control_characters("email", email)
    local, at, domain = email.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or len(local.encode()) > 64:
        raise HeaderProblem(f"'{email}' is no e-mail address", field="email")
    return f"{local}@{_ascii_domain(domain)}"


def _ascii_domain(domain: str) -> str:
    try:
        ascii_domain = domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        raise HeaderProblem(f"'{domain}' is no domain", field="email") from None
    if not _DOMAIN.fullmatch(ascii_domain) or len(ascii_domain) > 253:
        raise HeaderProblem(f"'{domain}' is no domain", field="email")
    return ascii_domain


@lru_cache(maxsize=1024)
def _header_value(field_name: str, email: str, name: str) -> bytes:
    mailbox = envelope_address(email).encode()
    if not name:
        return mailbox
    refuse_control_characters(field_name, name)
    start = len(field_name) + 2
    if not name.isascii() or "=?" in name:
        return encoded_words(name, start) + b"\r\n <%s>" % mailbox
    shown = name if _ATOMS.fullmatch(name) else '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    break_line = b"\r\n" if start + len(shown) + len(mailbox) > 73 else b""
    return b"%s%s <%s>" % (shown.encode(), break_line, mailbox)
