"""The HTTP session that providers are called with: bounded in time, no redirects, and never into our own network."""

import ipaddress
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

TIMEOUT = (5.0, 20.0)


class PrivateAddress(requests.RequestException):
    """The address leads into a private network that nobody allowed."""


class _GuardedAdapter(HTTPAdapter):
    """Looks at where a call goes before it goes there: some providers are at an address that staff typed."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if settings.MAIL_GATEWAY:
            asked = urlsplit(str(request.url))
            request.headers["X-Forwarded-Host"] = asked.netloc
            request.url = settings.MAIL_GATEWAY + asked._replace(scheme="", netloc="").geturl()
        else:
            refuse_private(str(request.url))
        return super().send(request, *args, **kwargs)


def guard(session: requests.Session, *, headers: Mapping[str, str]) -> None:
    """Make a session one that may be used for what staff typed."""
    session.trust_env = False
    session.max_redirects = 0
    session.headers.update(headers)
    session.mount("https://", _GuardedAdapter())
    session.mount("http://", _GuardedAdapter())


def refuse_private(url: str) -> None:
    """Raises PrivateAddress for an address within our own network, unless its host is one that is allowed."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port
    if host in settings.PRIVATE_HOSTS_ALLOWED:
        return
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)}
    except OSError as error:
        message = f"{host} cannot be found"
        raise requests.ConnectionError(message) from error
    if not all(ipaddress.ip_address(address).is_global for address in found):
        message = f"{host} is a private address"
        raise PrivateAddress(message)
