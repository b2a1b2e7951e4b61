"""Asking other systems: whole answers, and no more than is wanted."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from pytest_django.fixtures import Settings

from aftercare.foundation.webhooks.outgoing import ask_provider, get

SIZE = 300_000


class Answering(BaseHTTPRequestHandler):
    """Many bytes, in one header and one body."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("X-Path", self.path)
        self.send_header("Content-Length", str(SIZE))
        self.end_headers()
        self.wfile.write(b"x" * SIZE)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Quietly."""


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/all?page=2"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_whole_answer_comes(address: str) -> None:
    answer = get(url=address, headers={}, at_most=SIZE)
    assert (answer.status, len(answer.body), answer.headers["x-path"]) == (200, SIZE, "/all?page=2")


def test_one_that_is_larger_than_wanted_counts_as_none(address: str) -> None:
    answer = get(url=address, headers={}, at_most=SIZE - 1)
    assert (answer.status, answer.body) == (0, b"the answer is larger than 299,999 bytes")


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "file:///etc/passwd", "http://"])
def test_only_public_addresses_are_asked(url: str) -> None:
    answer = get(url=url, headers={}, at_most=10)
    assert (answer.status, answer.headers) == (0, {})
    assert answer.body


def test_what_was_taken_was_taken_however_much_is_answered(address: str, settings: Settings) -> None:
    settings.MAIL_GATEWAY = ""
    answer = ask_provider(url=address, headers={}, body=b"{}", at_most=100)
    assert (answer.status, answer.body) == (200, b"x" * 100)
    assert ask_provider(url=address, headers={}, at_most=100).status == 0
