"""A relay on 127.0.0.1 that takes every mail, remembers its Message-ID and forgets the rest."""

import re
import socketserver
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE)


class Sink(socketserver.ThreadingTCPServer):
    """`arrived` counts each message by the id that it has in the outbox."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.arrived: Counter[str] = Counter()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: Sink

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        for line in self.rfile:
            match line[:4].upper():
                case b"EHLO":
                    self.wfile.write(b"250-sink\r\n250 PIPELINING\r\n")
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self._take()
                case b"QUIT":
                    return
                case _:
                    self.wfile.write(b"250 ok\r\n")

    def _take(self) -> None:
        # A sender that was killed ends the stream in the middle: what came of it counts for nothing.
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                self._remember(b"".join(lines))
                return
            lines.append(line)

    def _remember(self, mail: bytes) -> None:
        if named := _MESSAGE_ID.search(mail):
            self.server.arrived[named[1].decode()] += 1
            self.wfile.write(b"250 2.0.0 taken\r\n")


@contextmanager
def running_sink() -> Iterator[Sink]:
    """Within, it listens on its port."""
    with Sink() as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        try:
            yield sink
        finally:
            sink.shutdown()
