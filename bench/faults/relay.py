"""A mail server that fails in every way there is, and remembers what it has taken.

A recipient is refused for good or not by the address alone, as with real servers; everything else is chance. Mail counts
as taken once its final dot is read, for then the server answers for it: where it hangs up before saying so, the sender
cannot know, and must send again (RFC 5321 §4.5.4.1 lets it, under the same Message-ID).
"""

import random
import re
import socketserver
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)
REFUSED_FOREVER = "nobody"


@dataclass
class Taken:
    """By Message-ID: when each copy was taken, and how many of them the sender was not told of."""

    at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    untold: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


class Relay(socketserver.ThreadingTCPServer):
    """`share` of all mail meets each kind of fault."""

    daemon_threads, allow_reuse_address, request_queue_size = True, True, 64

    def __init__(self, *, seed: int, share: float, host: str) -> None:
        super().__init__((host, 0), _Conversation)
        self.chance, self.share = random.Random(seed), share
        self.taken, self.guard = Taken(), threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def strikes(self, fault: str) -> bool:
        """Whether this fault happens now."""
        with self.guard:
            if self.chance.random() >= self.share:
                return False
            self.taken.faults[fault] += 1
            return True


class _Conversation(socketserver.StreamRequestHandler):
    server: Relay

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever talked to us was killed
            self._converse()

    def _converse(self) -> None:
        self._say(b"220 relay")
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"EHLO":
                self._say(b"250-relay", b"250-PIPELINING", b"250 8BITMIME")
            elif verb == b"RCPT":
                self._receive(line)
            elif verb == b"DATA":
                self._say(b"354 go on")
                if not self._content():
                    return
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 ok")

    def _receive(self, line: bytes) -> None:
        if REFUSED_FOREVER.encode() in line:
            self._say(b"550 5.1.1 no such user")
        elif self.server.strikes("451 for a recipient"):
            self._say(b"451 4.3.0 try later")
        else:
            self._say(b"250 ok")

    def _content(self) -> bool:
        """Whether the conversation goes on."""
        if self.server.strikes("hung up before the dot"):
            return False
        content = bytearray()
        for line in self.rfile:
            if line == b".\r\n":
                break
            content += line
        else:
            return False
        found = _MESSAGE_ID.search(content)
        if found is None:  # every recipient was refused, and the sender ended the transaction
            self._say(b"554 no valid recipients")
            return True
        return self._judge(found[1].decode())

    def _judge(self, message: str) -> bool:
        if self.server.strikes("451 after the dot"):
            self._say(b"451 4.3.0 disk full")
            return True
        untold = self.server.strikes("hung up after the dot")
        with self.server.guard:
            self.server.taken.at[message].append(time.time())
            self.server.taken.untold[message] += untold
        if not untold:
            self._say(b"250 2.0.0 taken")
        return not untold

    def _say(self, *lines: bytes) -> None:
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))


@contextmanager
def running_relay(*, seed: int, share: float, host: str = "127.0.0.1") -> Iterator[Relay]:
    """Within, it listens on its port."""
    with Relay(seed=seed, share=share, host=host) as relay:
        threading.Thread(target=relay.serve_forever, daemon=True).start()
        try:
            yield relay
        finally:
            relay.shutdown()
