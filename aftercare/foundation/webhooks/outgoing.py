"""Outgoing HTTP, for every call whose address someone typed: timeouts, size limits, no redirects, no private addresses.

Connections stay open for a moment after a call, for the next one to the same host: opening one takes longer than most
calls. An address is checked when it is connected to.
"""

import atexit
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings

_TIMEOUT = {"connect": 3.0, "read": 10.0, "write": 10.0, "pool": 10.0}
_OPEN_AT_ONCE, _KEPT_OPEN, _KEPT_FOR = 100, 40, 5.0
_KEPT = 2000
_LONGEST = 60.0
_PORTS = {"http": 80, "https": 443}


class Answer(NamedTuple):
    """What the other side said; status 0 and a sentence as the body where it said nothing. Header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


def ask_provider(*, url: str, headers: Mapping[str, str], body: bytes | None = None, at_most: int) -> Answer:
    """`post` where there is a body, else `get`, of one whose address is its own: `MAIL_GATEWAY` stands before every
    provider where it is set. Never raises."""
    asked = dict(headers)
    if settings.MAIL_GATEWAY:
        parts = urlsplit(url)
        asked["X-Forwarded-Host"] = parts.netloc
        url = settings.MAIL_GATEWAY + parts._replace(scheme="", netloc="").geturl()
    if body is None:
        return get(url=url, headers=asked, at_most=at_most)
    return post(url=url, body=body, headers=asked, at_most=at_most)


def post(*, url: str, body: bytes, headers: Mapping[str, str], at_most: int = _KEPT) -> Answer:
    """The status, the headers and the first bytes of the answer; status 0 and a sentence where there was none.

    However much is answered, it was taken. Never raises.
    """
    answer = _call("POST", url, body, headers, at_most=at_most)
    return answer._replace(body=answer.body[:at_most])


def get(*, url: str, headers: Mapping[str, str], at_most: int) -> Answer:
    """The whole answer; one larger than `at_most` bytes counts as none. Never raises."""
    answer = _call("GET", url, b"", headers, at_most=at_most)
    return answer if len(answer.body) <= at_most else Answer(0, f"the answer is larger than {at_most:,} bytes".encode())


def check_address(url: str) -> None:
    """Raise ValueError, saying why, where this address may not be called; OSError where its name is not known."""
    parts = _read(url)
    _public_address(parts.host, parts.port or _PORTS[parts.scheme])


def _call(method: str, url: str, body: bytes, headers: Mapping[str, str], *, at_most: int) -> Answer:
    try:
        parts = _read(url)
        target = httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)
        sent = list({"User-Agent": "Aftercare", "Accept": "*/*", **headers}.items())
        with _lines().stream(
            method, target, headers=sent, content=body or None, extensions={"timeout": _TIMEOUT}
        ) as response:  # fmt: skip
            told = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            return Answer(response.status, _first(response.iter_stream(), at_most), told)
    except (OSError, ValueError) as error:
        return Answer(0, str(error).encode())
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        return Answer(0, f"{type(error).__name__}: {error}".encode())


def _first(pieces: Iterable[bytes], at_most: int) -> bytes:
    """The answer as far as it is wanted, and a little more where there is more; not from one who takes for ever."""
    taken, until = bytearray(), time.monotonic() + _LONGEST
    for piece in pieces:
        taken += piece
        if len(taken) > at_most:
            break
        if time.monotonic() > until:
            message = "the answer takes too long"
            raise httpcore.ReadTimeout(message)
    return bytes(taken)


class _PublicAddresses(httpcore.SyncBackend):
    """Connects to the very address that was checked: a name may point elsewhere a moment later."""

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        return super().connect_tcp(_public_address(host, port), port, timeout, local_address, socket_options)


@cache
def _lines() -> httpcore.ConnectionPool:
    """All connections of this process to others."""
    pool = httpcore.ConnectionPool(
        ssl_context=_authorities(), max_connections=_OPEN_AT_ONCE, max_keepalive_connections=_KEPT_OPEN,
        keepalive_expiry=_KEPT_FOR, network_backend=_PublicAddresses(),
    )  # fmt: skip
    atexit.register(pool.close)
    return pool


def _authorities() -> ssl.SSLContext:
    """Whom we believe."""
    return httpx.create_ssl_context(trust_env=False)


def _read(url: str) -> httpx.URL:
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(str(error)) from None
    if parts.scheme not in _PORTS or not parts.host:
        message = "only http and https addresses can be called"
        raise ValueError(message)
    return parts


def _public_address(host: str, port: int) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if not ipaddress.ip_address(address).is_global and host not in settings.PRIVATE_HOSTS_ALLOWED:
        message = f"{host} is a private address"
        raise ValueError(message)
    return address
