"""A session with its socket: writes what may be written, reads what has come, knows when to give up."""

import ssl
import time
from contextlib import suppress

from aftercare.engagement.messaging.email.smtp.handshake import connect
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.replies import ProtocolViolation
from aftercare.engagement.messaging.email.smtp.session import Session

_CHUNK = 262_144


class ConnectionLost(Exception):  # noqa: N818 -- expected of networks
    """The server closed, or the network did."""


class PipelinedConnection:
    """One connection to a relay, used for one batch after the other."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.socket, self.capabilities = connect(relay)
        self.socket.settimeout(0)
        self.messages = 0
        self.session: Session | None = None
        self._asked_at = 0.0

    @property
    def running(self) -> Session:
        """The session of the batch under way."""
        assert self.session is not None
        return self.session

    @property
    def is_fresh(self) -> bool:
        """Whether the server has neither closed nor said anything since the last batch."""
        try:
            self.socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return True
        except OSError:
            return False
        return False

    def write(self) -> None:
        """Hand over as much as the socket takes; raises ConnectionLost."""
        session = self.running
        try:
            while session.outgoing:
                with memoryview(session.outgoing)[:_CHUNK] as chunk:
                    sent = self.socket.send(chunk)
                del session.outgoing[:sent]
                self._asked_at = time.monotonic()
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return
        except OSError as error:
            # The answers to what went before may have come, and decide between Accepted and Unknown.
            with suppress(ConnectionLost, ProtocolViolation):
                self.read()
            raise ConnectionLost(str(error)) from error

    def read(self) -> None:
        """Take what has come and let the session answer; raises ConnectionLost, ProtocolViolation."""
        session = self.running
        while True:
            try:
                data = self.socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError as error:
                raise ConnectionLost(str(error)) from error
            if not data:
                raise ConnectionLost("the server closed the connection")
            self._asked_at = time.monotonic()
            session.receive(data)
            if not isinstance(self.socket, ssl.SSLSocket) or not self.socket.pending():
                return

    @property
    def patience(self) -> float:
        """Seconds left until the answer that is awaited is overdue."""
        session = self.running
        allowed = self.relay.final_timeout if session.awaits_content_reply else self.relay.timeout
        return self._asked_at + allowed - time.monotonic()

    def begin(self, session: Session) -> None:
        """Start a batch on this connection."""
        self.session = session
        self._asked_at = time.monotonic()
        session.start()

    def close(self) -> None:
        """Say goodbye if the line still stands, and hang up."""
        with suppress(OSError):
            self.socket.send(b"QUIT\r\n")
        with suppress(OSError):
            self.socket.close()
