"""From a TCP connection to a session ready for mail: greeting, EHLO, STARTTLS, AUTH; blocking, with time-outs.

Happens once per connection and hundreds of messages, so it is written to be read, not to be fast.
"""

import ipaddress
import socket
import ssl
from base64 import b64encode
from contextlib import suppress

from aftercare.engagement.messaging.email.smtp.relay import Relay, RelayUnavailable
from aftercare.engagement.messaging.email.smtp.replies import ProtocolViolation, Reply, ReplyReader
from aftercare.engagement.messaging.email.smtp.session import Capabilities


def connect(relay: Relay) -> tuple[socket.socket, Capabilities]:
    """A socket whose server waits for MAIL, and what that server can do; raises RelayUnavailable."""
    try:
        plain = socket.create_connection((relay.host, relay.port), timeout=relay.timeout)
    except OSError as error:
        raise RelayUnavailable(f"{relay.host}:{relay.port} does not answer: {error}") from error
    try:
        return _Handshake(relay, plain).perform()
    except (OSError, ProtocolViolation) as error:
        plain.close()
        raise RelayUnavailable(f"{relay.host}:{relay.port}: {error}") from error
    except RelayUnavailable:
        plain.close()
        raise


class _Handshake:
    def __init__(self, relay: Relay, connection: socket.socket) -> None:
        self.relay = relay
        self.socket = connection
        self.reader = ReplyReader()

    def perform(self) -> tuple[socket.socket, Capabilities]:
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.relay.security == "tls":
            self._encrypt()
        self._expect(self._reply(), 220)
        capabilities = self._hello()
        if self.relay.security == "starttls":
            capabilities = self._starttls(capabilities)
        if self.relay.username:
            self._authenticate(capabilities)
        if not self.reader.is_empty:
            raise RelayUnavailable("the server speaks before its turn")
        return self.socket, capabilities

    def _hello(self) -> Capabilities:
        reply = self._command(f"EHLO {self.relay.helo}")
        if reply.code == 250:
            return capabilities_of(reply)
        self._expect(self._command(f"HELO {self.relay.helo}"), 250)
        return Capabilities()

    def _starttls(self, capabilities: Capabilities) -> Capabilities:
        if not capabilities.starttls:
            raise RelayUnavailable("the server offers no STARTTLS, and mail must not travel in the clear")
        self._expect(self._command("STARTTLS"), 220)
        if not self.reader.is_empty:  # whatever came before the handshake came from anyone
            raise RelayUnavailable("the server went on in the clear after STARTTLS")
        self._encrypt()
        return self._hello()

    def _encrypt(self) -> None:
        context = ssl.create_default_context(cafile=self.relay.ca_file or None)
        self.socket = context.wrap_socket(self.socket, server_hostname=self.relay.host)

    def _authenticate(self, capabilities: Capabilities) -> None:
        if self.relay.security == "none" and not _is_loopback(self.socket):
            raise RelayUnavailable("a password is not sent over an unencrypted connection")
        user, password = self.relay.username, self.relay.password
        if "PLAIN" in capabilities.auth:
            reply = self._command(f"AUTH PLAIN {_base64(f'{chr(0)}{user}{chr(0)}{password}')}")
        elif "LOGIN" in capabilities.auth:
            self._expect(self._command("AUTH LOGIN"), 334)
            self._expect(self._command(_base64(user)), 334)
            reply = self._command(_base64(password))
        else:
            raise RelayUnavailable("the server offers neither AUTH PLAIN nor AUTH LOGIN")
        self._expect(reply, 235)

    def _command(self, line: str) -> Reply:
        self.socket.sendall(line.encode() + b"\r\n")
        return self._reply()

    def _reply(self) -> Reply:
        while True:
            data = self.socket.recv(65536)
            if not data:
                raise RelayUnavailable("the server closed the connection")
            replies = self.reader.feed(data)
            if len(replies) > 1:
                raise RelayUnavailable("the server answers what was not asked")
            if replies:
                return replies[0]

    def _expect(self, reply: Reply, code: int) -> None:
        if reply.code != code:
            raise RelayUnavailable(f"the server answers {reply}")


def capabilities_of(reply: Reply) -> Capabilities:
    """What an EHLO reply offers."""
    offered: dict[str, list[str]] = {}
    for line in reply.lines[1:]:
        keyword, *parameters = line.upper().replace("AUTH=", "AUTH ").split() or [""]
        offered.setdefault(keyword, []).extend(parameters)
    size = 0
    with suppress(IndexError, ValueError):
        size = int(offered["SIZE"][0]) if "SIZE" in offered else 0
    return Capabilities(
        pipelining="PIPELINING" in offered,
        eight_bit="8BITMIME" in offered,
        utf8="SMTPUTF8" in offered,
        starttls="STARTTLS" in offered,
        size=size,
        auth=frozenset(offered.get("AUTH", ())),
    )


def _is_loopback(connection: socket.socket) -> bool:
    return ipaddress.ip_address(connection.getpeername()[0]).is_loopback


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
