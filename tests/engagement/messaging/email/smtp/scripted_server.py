"""An SMTP server on a real socket that behaves as badly as the addresses ask.

The local part of an address is a script: `rcpt.550.sam@x` has its RCPT refused with 550, `dot.451` its content,
`mail.452` (in the sender) its MAIL, `data.554` its DATA; `421` anywhere also hangs up. `drop.dot` hangs up after the
whole content came and before the answer, `drop.data` in the middle of the content, `slow.dot` answers late; with
`once` only the first time.
"""

import socket
import ssl
import threading
import time
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

EVERYTHING = ("PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 100000", "ENHANCEDSTATUSCODES")


@dataclass
class Received:
    sender: str
    recipient: str
    content: bytes


@dataclass
class Hangup(Exception):  # noqa: N818
    reason: str = ""


@dataclass
class ScriptedServer:
    extensions: tuple[str, ...] = EVERYTHING
    greeting: str = "220 scripted ready"
    most_messages: int = 0
    most_connections: int = 0
    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    password: str = ""
    after_starttls: bytes = b""
    takes_content_for_nobody: bool = False
    delay: float = 0.0
    watches: bool = False
    received: list[Received] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    ahead: dict[str, list[str]] = field(default_factory=dict)
    connections: int = 0
    done_once: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self.port: int = self.listener.getsockname()[1]
        self.threads: list[threading.Thread] = []
        self.open: list[socket.socket] = []
        self.acceptor = threading.Thread(target=self._accept, daemon=True)
        self.acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in [self.acceptor, *self.threads]:
            thread.join(5)
        for connection in self.open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(Hangup, OSError):
            _Conversation(self, connection).run()
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


class _Conversation:
    def __init__(self, server: ScriptedServer, connection: socket.socket) -> None:
        self.server = server
        self.socket = connection
        self.buffer = bytearray()
        self.messages = 0
        self.sender = self.recipient = ""
        self.failed = False

    def run(self) -> None:
        if self.server.implicit_tls:
            self._encrypt()
        if self.server.most_connections and self.server.connections > self.server.most_connections:
            self._say("421 4.7.0 too many connections")
            raise Hangup
        self._say(self.server.greeting)
        while True:
            line = self._line().decode()
            self.server.commands.append(line)
            verb = line.upper().split(":")[0].split()[0]
            getattr(self, f"_{verb.replace(' ', '_').lower()}", self._unknown)(line)

    def _ehlo(self, _: str) -> None:
        extensions = list(self.server.extensions)
        if self.server.tls and not isinstance(self.socket, ssl.SSLSocket):
            extensions.append("STARTTLS")
        lines = ["scripted", *extensions]
        if not self.server.extensions:
            self._say("502 no EHLO here")
            return
        for line in lines[:-1]:
            self._say(f"250-{line}", last=False)
        self._say(f"250 {lines[-1]}")

    def _helo(self, _: str) -> None:
        self._say("250 scripted")

    def _starttls(self, _: str) -> None:
        self.socket.sendall(b"220 go ahead\r\n" + self.server.after_starttls)
        self._encrypt()

    def _auth(self, line: str) -> None:
        if line.upper().startswith("AUTH PLAIN"):
            given = b64decode(line.split()[2]).decode().split("\0")[2]
        else:
            self._say("334 VXNlcm5hbWU6")
            self._line()
            self._say("334 UGFzc3dvcmQ6")
            given = b64decode(self._line()).decode()
        self._say("235 2.7.0 welcome" if given == self.server.password else "535 5.7.8 wrong password")

    def _mail(self, line: str) -> None:
        self.sender = line[line.index("<") + 1 : line.index(">")]
        self.failed = False
        self._note_ahead("MAIL")
        if self.server.most_messages and self.messages >= self.server.most_messages:
            self._say("421 4.7.0 too many messages on this connection")
            raise Hangup
        self._scripted("mail", self.sender, "250 2.1.0 ok")

    def _rcpt(self, line: str) -> None:
        self.recipient = line[line.index("<") + 1 : line.index(">")]
        self._scripted("rcpt", self.recipient, "250 2.1.5 ok")

    def _data(self, _: str) -> None:
        if self.failed and not self.server.takes_content_for_nobody:
            self._say("503 5.5.1 no valid recipients")
            return
        if not self._scripted("data", self.recipient, "354 go on"):
            return
        if self._asked("drop.data"):
            raise Hangup
        content = b""
        while (line := self._line()) != b".":
            content += (line[1:] if line.startswith(b".") else line) + b"\r\n"
        self._note_ahead(".")
        if self._asked("drop.dot"):
            raise Hangup
        if self._asked("slow.dot"):
            time.sleep(1)
        if self.failed:
            self._say("554 5.5.1 no valid recipients")
        else:
            if not self.recipient.startswith("dot."):
                self.messages += 1  # before the answer: whoever has read it may look
                self.server.received.append(Received(self.sender, self.recipient, content))
            self._scripted("dot", self.recipient, f"250 2.0.0 queued as {self.messages}")

    def _rset(self, _: str) -> None:
        self.failed = False
        self._say("250 2.0.0 ok")

    def _quit(self, _: str) -> None:
        self._say("221 2.0.0 bye")
        raise Hangup

    def _unknown(self, line: str) -> None:
        self._say(f"500 5.5.2 {line[:20]}")

    def _asked(self, script: str) -> bool:
        if not self.recipient.startswith(script):
            return False
        if ".once" in self.recipient:
            if self.recipient in self.server.done_once:
                return False
            self.server.done_once.add(self.recipient)
        return True

    def _scripted(self, step: str, address: str, otherwise: str) -> bool:
        """Answer; True where it was the good answer."""
        parts = address.split(".")
        if parts[0] == step:
            self.failed = True
            self._say(f"{parts[1]} {parts[1][0]}.1.1 scripted")
            if parts[1] == "421":
                raise Hangup
            return False
        self._say(otherwise)
        return True

    def _note_ahead(self, step: str) -> None:
        """Remember which commands had come before the answer to `step`."""
        if not self.server.watches:
            return
        time.sleep(0.05)
        self.socket.setblocking(False)
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            self.buffer += self.socket.recv(65536)
        self.socket.setblocking(True)
        verbs = [line.split(b" ")[0].decode() for line in bytes(self.buffer).split(b"\r\n") if line]
        self.server.ahead.setdefault(step, []).extend(verbs)

    def _say(self, reply: str, *, last: bool = True) -> None:
        if "PIPELINING" not in self.server.extensions and last and self.buffer:
            self.server.violations.append(f"{bytes(self.buffer[:40])!r} before {reply}")
        if self.server.delay:
            time.sleep(self.server.delay)
        self.socket.sendall(reply.encode() + b"\r\n")

    def _line(self) -> bytes:
        searched = 0
        while (end := self.buffer.find(b"\r\n", searched)) < 0:
            searched = max(len(self.buffer) - 1, 0)
            data = self.socket.recv(1 << 20)
            if not data:
                raise Hangup
            self.buffer += data
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    def _encrypt(self) -> None:
        assert self.server.tls
        self.socket = self.server.tls.wrap_socket(self.socket, server_side=True)
        self.server.open.append(self.socket)
