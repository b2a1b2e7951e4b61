"""Webhook receivers: one that fails and dawdles, and one that is gone for good."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GONE, FLAKY = "/gone", "/flaky"
_SLOW_SECONDS = 3.0


class Receiver(ThreadingHTTPServer):
    """`taken` counts calls answered 2xx or cut off after they were read, by id; `untold` the latter; `asked` all."""

    daemon_threads, request_queue_size = True, 64

    def __init__(self, *, seed: int, share: float, host: str) -> None:
        super().__init__((host, 0), _Answering)
        self.name = host
        self.chance, self.share, self.guard = random.Random(seed), share, threading.Lock()
        self.taken: Counter[str] = Counter()
        self.untold: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()

    def url(self, path: str) -> str:
        return f"http://{self.name}:{self.server_port}{path}"


class _Answering(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        call, server = self.headers["webhook-id"], self.server
        with server.guard:
            server.asked[self.path] += 1
            lot = server.chance.random() / server.share
        if self.path == GONE:
            self._answer(410)
        elif lot < 1:
            self._answer(503)
        elif lot < 2:
            with server.guard:
                server.taken[call] += 1
                server.untold[call] += 1
            self.close_connection = True
        else:
            time.sleep(_SLOW_SECONDS if lot < 2.1 else 0)
            with server.guard:
                server.taken[call] += 1
            self._answer(204)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quietly."""


@contextmanager
def running_receiver(*, seed: int, share: float, host: str = "localhost") -> Iterator[Receiver]:
    """Within, it answers."""
    with Receiver(seed=seed, share=share, host=host) as receiver:
        threading.Thread(target=receiver.serve_forever, daemon=True).start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
