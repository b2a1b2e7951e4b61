"""Greeting, encryption and password: mail travels as the relay's settings say, or not at all."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aftercare.engagement.messaging.email.smtp.delivery import Outgoing
from aftercare.engagement.messaging.email.smtp.handshake import capabilities_of
from aftercare.engagement.messaging.email.smtp.pool import ConnectionPool
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.replies import Reply
from aftercare.engagement.messaging.email.smtp.results import Accepted, NotSent, SendResult
from aftercare.engagement.messaging.email.smtp.session import Capabilities
from tests.engagement.messaging.email.smtp.scripted_server import EVERYTHING, ScriptedServer
from tests.engagement.messaging.email.smtp.sending import sent

MAIL = Outgoing(sender="shop@shop.example", recipient="sam@example.com", content=b"Subject: x\r\n\r\nHello\r\n")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, its own authority, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test relay")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "relay.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def pool() -> Iterator[ConnectionPool]:
    pool = ConnectionPool()
    yield pool
    pool.close()


def send(server: ScriptedServer, pool: ConnectionPool, *, messages: int = 1, **options: object) -> list[SendResult]:
    base = Relay(host="127.0.0.1", port=server.port, security="none", connections=1, timeout=5)
    return sent([MAIL] * messages, relay=replace(base, **options), pool=pool)  # type: ignore[arg-type]


def reason(results: list[SendResult]) -> str:
    assert isinstance(results[0], NotSent)
    return results[0].reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_travels_encrypted(security: str, certificate: Path, tls: ssl.SSLContext, pool: ConnectionPool) -> None:
    with ScriptedServer(tls=tls, implicit_tls=security == "tls") as server:
        results = send(server, pool, messages=30, security=security, ca_file=str(certificate))
        assert [type(result) for result in results] == [Accepted] * 30
        assert [m.content for m in server.received] == [MAIL.content] * 30
        assert server.commands.count("STARTTLS") == (security == "starttls")
        pool.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_is_not_accepted(
    security: str, tls: ssl.SSLContext, pool: ConnectionPool
) -> None:
    with ScriptedServer(tls=tls, implicit_tls=security == "tls") as server:
        assert "certificate verify failed" in reason(send(server, pool, security=security))
        assert server.received == []


def test_a_certificate_for_another_host_is_not_accepted(
    certificate: Path, tls: ssl.SSLContext, pool: ConnectionPool
) -> None:
    with ScriptedServer(tls=tls) as server:
        results = send(server, pool, host="localhost", security="starttls", ca_file=str(certificate))
        assert "certificate verify failed" in reason(results)


def test_without_starttls_mail_does_not_travel_in_the_clear(pool: ConnectionPool) -> None:
    with ScriptedServer() as server:
        assert "no STARTTLS" in reason(send(server, pool, security="starttls"))
        assert server.received == []


def test_what_is_said_in_the_clear_after_starttls_is_not_believed(
    certificate: Path, tls: ssl.SSLContext, pool: ConnectionPool
) -> None:
    with ScriptedServer(tls=tls, after_starttls=b"250 injected\r\n") as server:
        results = send(server, pool, security="starttls", ca_file=str(certificate))
        assert "answers what was not asked" in reason(results)


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN", "CRAM-MD5 LOGIN PLAIN"])
def test_the_password_is_given(method: str, pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=(*EVERYTHING, f"AUTH {method}"), password="sésame") as server:
        assert [type(r) for r in send(server, pool, username="shop", password="sésame")] == [Accepted]


def test_a_wrong_password_sends_nothing(pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=(*EVERYTHING, "AUTH PLAIN"), password="right") as server:
        assert "535 5.7.8 wrong password" in reason(send(server, pool, username="shop", password="wrong"))
        assert server.connections == 1


def test_a_way_to_give_the_password_is_needed(pool: ConnectionPool) -> None:
    with ScriptedServer(extensions=(*EVERYTHING, "AUTH GSSAPI")) as server:
        assert "neither AUTH PLAIN nor AUTH LOGIN" in reason(send(server, pool, username="shop", password="x"))


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(Relay(host="x", username="shop", password="secret"))


@pytest.mark.parametrize(
    "greeting", ["554 5.3.2 go away", "HTTP/1.1 400 Bad Request", "220 hello\r\n220 hello again", "421 4.3.2 busy"]
)
def test_a_server_that_does_not_greet_is_left_alone(greeting: str, pool: ConnectionPool) -> None:
    with ScriptedServer(greeting=greeting) as server:
        assert isinstance(send(server, pool)[0], NotSent)
        assert server.commands == []


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(pool: ConnectionPool) -> None:
    with ScriptedServer(delay=1) as server:
        assert "timed out" in reason(send(server, pool, timeout=0.1))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["host"], Capabilities()),
        (
            ["host", "PIPELINING", "8bitmime", "SMTPUTF8", "STARTTLS"],
            Capabilities(pipelining=True, eight_bit=True, utf8=True, starttls=True),
        ),
        (["host", "SIZE 1000", "AUTH PLAIN login"], Capabilities(size=1000, auth=frozenset({"PLAIN", "LOGIN"}))),
        (["host", "SIZE", "AUTH=LOGIN", ""], Capabilities(auth=frozenset({"LOGIN"}))),
        (["host", "SIZE many"], Capabilities()),
    ],
)
def test_what_the_server_offers_is_read(lines: list[str], expected: Capabilities) -> None:
    assert capabilities_of(Reply(code=250, text="", lines=tuple(lines))) == expected
