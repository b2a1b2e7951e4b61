"""Outgoing HTTP, for every call whose address someone typed: timeouts, size limits, no redirects, no private addresses."""

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from django.conf import settings

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_KEPT = 2000
_PIECE = 65_536
_LONGEST = 60.0


class Answer(NamedTuple):
    """What the other side said; status 0 and a sentence as the body where it said nothing. Header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = MappingProxyType({})


@contextmanager
def line() -> Iterator[httpx.Client]:
    """For several calls to one address: the connection stays open between them where the other side keeps it."""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False, verify=_authorities()) as client:
        yield client


@cache
def _authorities() -> ssl.SSLContext:
    """Whom we believe, read once: reading them takes as long as some hundred calls."""
    return httpx.create_ssl_context(trust_env=False)


def post(*, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """The status and the first bytes of the answer; status 0 and a sentence where there was none. Never raises."""
    with line() as client:
        answer = post_on(client, url=url, body=body, headers=headers)
    return answer.status, answer.body.decode("utf-8", "replace")


def post_on(client: httpx.Client, *, url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """The same on an open line, with the answer's headers."""
    answer = _call(client, "POST", url, body, headers, at_most=_KEPT)
    return answer._replace(body=answer.body[:_KEPT])


def get(*, url: str, headers: dict[str, str], at_most: int) -> Answer:
    """The whole answer; one larger than `at_most` bytes counts as none. Never raises."""
    with line() as client:
        answer = _call(client, "GET", url, b"", headers, at_most=at_most)
    return answer if len(answer.body) <= at_most else Answer(0, f"the answer is larger than {at_most:,} bytes".encode())


def check_address(url: str) -> None:
    """Raise ValueError, saying why, where this address may not be called; OSError where its name is not known."""
    _public_address(url)


def _call(
    client: httpx.Client, method: str, url: str, body: bytes, headers: dict[str, str], *, at_most: int
) -> Answer:  # fmt: skip
    try:
        address = _public_address(url)
    except (OSError, ValueError) as error:
        return Answer(0, str(error).encode())
    parts = urlsplit(url)
    # Connect to the very address that was checked: a name may point elsewhere a moment later.
    host = f"[{address}]" if ":" in address else address
    pinned = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
    sent = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    try:
        request = client.build_request(method, pinned, content=body, headers=sent)
        request.extensions["sni_hostname"] = parts.hostname
        response = client.send(request, stream=True)
        try:
            return Answer(response.status_code, _first(response, at_most), dict(response.headers.items()))
        finally:
            response.close()
    except httpx.HTTPError as error:
        return Answer(0, f"{type(error).__name__}: {error}".encode())


def _first(response: httpx.Response, at_most: int) -> bytes:
    """The answer as far as it is wanted, and a little more where there is more; not from one who takes for ever."""
    taken, until = bytearray(), time.monotonic() + _LONGEST
    for piece in response.iter_bytes(min(at_most, _PIECE)):
        taken += piece
        if len(taken) > at_most:
            break
        if time.monotonic() > until:
            message = "the answer takes too long"
            raise httpx.ReadTimeout(message)
    return bytes(taken)


def _public_address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        message = "only http and https addresses can be called"
        raise ValueError(message)
    found = socket.getaddrinfo(
        parts.hostname, parts.port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM
    )
    address = str(found[0][4][0])
    if not ipaddress.ip_address(address).is_global and parts.hostname not in settings.PRIVATE_HOSTS_ALLOWED:
        message = f"{parts.hostname} is a private address"
        raise ValueError(message)
    return address
