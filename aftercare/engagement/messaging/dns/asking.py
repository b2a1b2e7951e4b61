"""Asking the DNS: all questions at once, each bounded in time, so that a page can wait for the answers."""

import ipaddress
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import dns.exception
import dns.name
import dns.resolver
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings

from aftercare.engagement.messaging.dns.records import (
    Finding,
    dkim_finding,
    dmarc_finding,
    mx_finding,
    spf_finding,
)

LIFETIME = 4.0
_ONE_SERVER = 1.5
_MOST_TEXTS = 20
# The texts at a name, none where there is no such record, None where nobody answered.
Ask = Callable[[str, str], list[str] | None]


@dataclass(frozen=True, slots=True)
class Expected:
    """What should stand in the DNS of a sender: by whom it sends, and where its answers go."""

    domain: str
    include: str = ""
    selectors: Sequence[str] = ()
    public_key: str = ""
    reply_domain: str = ""


def findings_for(*, expected: Expected, ask: Ask | None = None) -> list[Finding]:
    """What stands there, and what should. Takes as long as its slowest answer, at most `LIFETIME` seconds."""
    asked, domain = ask or resolver_of(server=settings.DNS_SERVER), expected.domain
    answers_to = expected.reply_domain or domain
    policies = [f"_dmarc.{name}" for name in _up(domain)]
    names = [f"{selector}._domainkey.{domain}" for selector in expected.selectors]
    with ThreadPoolExecutor(max_workers=len(policies) + len(names) + 2) as threads:
        spf = threads.submit(asked, domain, "TXT")
        mx = threads.submit(asked, answers_to, "MX")
        dmarc = list(threads.map(lambda name: asked(name, "TXT"), policies))
        keys = list(threads.map(lambda name: asked(name, "TXT"), names))
    host, texts = next(
        ((name, found) for name, found in zip(policies, dmarc, strict=True) if found), (policies[0], dmarc[0])
    )
    return [
        spf_finding(domain=domain, texts=spf.result(), include=expected.include),
        dkim_finding(
            domain=domain, answers=list(zip(expected.selectors, keys, strict=True)), public_key=expected.public_key
        ),
        dmarc_finding(domain=domain, host=host, texts=texts),
        mx_finding(domain=answers_to, hosts=mx.result(), for_replies=bool(expected.reply_domain)),
    ]


def resolver_of(*, server: str = "") -> Ask:
    """The machine's own resolver, or the one at `server` (`192.0.2.1`, `127.0.0.1:5353`)."""
    resolver = dns.resolver.Resolver(configure=not server)
    if server:
        host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
        resolver.nameservers = [str(ipaddress.ip_address(host))]
        resolver.port = int(port or 53)
    resolver.timeout, resolver.lifetime = _ONE_SERVER, LIFETIME

    def ask(name: str, kind: str) -> list[str] | None:
        try:
            answer = resolver.resolve(dns.name.from_text(name), kind, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return []
        except (dns.exception.DNSException, OSError):
            return None
        return sorted(_text(record) for record in answer)[:_MOST_TEXTS]

    return ask


def public_key_of(*, private_key: str) -> str:
    """As it stands in a DKIM record: DER for RSA, the bare key for Ed25519 (RFC 8463)."""
    key = load_pem_private_key(private_key.encode(), password=None).public_key()
    if isinstance(key, RSAPublicKey):
        return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    return b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def _up(domain: str) -> list[str]:
    """The domain and those above it, where a policy may stand for all of them."""
    labels = domain.split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))][:4]


def _text(record: dns.rdata.Rdata) -> str:
    strings = getattr(record, "strings", None)
    text = b"".join(strings).decode("utf-8", "replace") if strings is not None else record.to_text()
    return text.replace("\0", "")[:2000]
