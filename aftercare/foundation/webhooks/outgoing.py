"""Outgoing HTTP, for every call whose address someone typed: timeouts, size limits, no redirects, no private addresses."""

import ipaddress
import socket
from urllib.parse import urlsplit

import httpx
from django.conf import settings

_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_KEPT = 2000


def post(*, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """The status and the first bytes of the answer; status 0 and a sentence where there was none. Never raises."""
    try:
        address = _public_address(url)
    except (OSError, ValueError) as error:
        return 0, str(error)
    parts = urlsplit(url)
    # Connect to the very address that was checked: a name may point elsewhere a moment later.
    host = f"[{address}]" if ":" in address else address
    pinned = parts._replace(netloc=f"{host}:{parts.port}" if parts.port else host).geturl()
    sent = {**headers, "Host": parts.netloc.rpartition("@")[2]}
    try:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client:
            request = client.build_request("POST", pinned, content=body, headers=sent)
            request.extensions["sni_hostname"] = parts.hostname
            response = client.send(request, stream=True)
            try:
                answer = next(response.iter_bytes(_KEPT), b"")
            finally:
                response.close()
            return response.status_code, answer.decode("utf-8", "replace")
    except httpx.HTTPError as error:
        return 0, f"{type(error).__name__}: {error}"


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
