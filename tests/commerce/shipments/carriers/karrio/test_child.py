"""The way out of the process that holds karrio: encrypted, to whom it claims to be, within limits."""

import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from aftercare.commerce.shipments.carriers.karrio import child

_ASK = """
import importlib.util, ssl, sys, urllib.request
spec = importlib.util.spec_from_file_location("child", sys.argv[1])
child = importlib.util.module_from_spec(spec)
spec.loader.exec_module(child)
line = child.Line()
child.Karrio(line)
print(urllib.request.urlopen(sys.argv[2]).read().decode())
try:
    print(line.open(urllib.request.Request(sys.argv[2])).read().decode())
except OSError as error:
    print(error)
"""


class Stranger(BaseHTTPRequestHandler):
    """Answers anything; further down the road it says a lot, or sends one elsewhere."""

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (5_000_000 if self.path == "/much" else 1))

    def log_message(self, *args: object) -> None:
        """Quiet."""


def serving(context: ssl.SSLContext | None = None) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def stranger() -> Iterator[str]:
    yield from serving()


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    since = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(since).not_valid_after(since + timedelta(days=9)).sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path / "stranger.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ) + certificate.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    yield from serving(context)


def opened(address: str, *, via: str = "") -> child.Body:
    line = child.Line()
    line.via, line.timeout = via, 5.0
    return line.open(child.urllib.request.Request(address))


def test_karrio_s_own_way_out_would_trust_a_stranger_and_ours_does_not(self_signed: str) -> None:
    asked = [sys.executable, "-I", "-c", _ASK, child.__file__, f"https://{self_signed}/"]
    said = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    trusted, refused = said.splitlines()[-2:]
    assert trusted == "x"
    assert "CERTIFICATE_VERIFY_FAILED" in refused


def test_what_is_written_http_is_not_sent_in_the_clear(stranger: str) -> None:
    with pytest.raises(OSError, match="SSL"):
        opened(f"http://{stranger}/")


def test_a_redirect_is_not_followed(stranger: str) -> None:
    with pytest.raises(child.urllib.error.HTTPError, match="302"):
        opened("https://carrier.example/elsewhere", via=f"http://{stranger}")


def test_an_answer_without_end_is_not_taken(stranger: str) -> None:
    with pytest.raises(OSError, match="too large"):
        opened("https://carrier.example/much", via=f"http://{stranger}")
    assert opened("https://carrier.example/", via=f"http://{stranger}").read() == b"x"
