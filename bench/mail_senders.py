"""What a sending process does: the bare socket, and our path with and without signatures."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from aftercare.engagement.messaging.email.dkim import Signer
from aftercare.engagement.messaging.email.mime import MailTemplate, MessageInputs, assemble, prepare_mail
from aftercare.engagement.messaging.email.smtp.delivery import Outgoing, send_batch
from aftercare.engagement.messaging.email.smtp.relay import Relay
from aftercare.engagement.messaging.email.smtp.results import Accepted
from bench.order_mail import HTML, SUBJECT, contexts, inputs

ROLES = ("raw socket", "ours", "ours, signed")
WARMING_UP = {"raw socket": 0, "ours": 2, "ours, signed": 2}  # messages sent before each turn
_BATCH = 500
_SENDER = "bounces@shop.example"
_CONNECTIONS = 2


@dataclass(frozen=True, slots=True)
class Task:
    role: str
    count: int
    seed: int
    port: int
    first: int


@dataclass(frozen=True, slots=True)
class Turn:
    cpu: float
    memory: float


def serve(pipe: Connection) -> None:
    """Do one task after the other until told to stop; the data are made before "go"."""
    while (task := pipe.recv()) is not None:
        work = _prepare(task)
        pipe.send("ready")
        pipe.recv()
        before = time.process_time()
        work()
        cpu = time.process_time() - before
        pipe.send(Turn(cpu=cpu, memory=_peak_memory()))


def _peak_memory() -> float:
    """Of this process, in MB; getrusage would count what its parent was when it started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@cache
def private_key() -> rsa.RSAPrivateKey:
    """A key of the usual size."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _template() -> MailTemplate:
    return prepare_mail(subject=SUBJECT, html=HTML)


@cache
def _signer() -> Signer:
    pem = private_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Signer(domain="shop.example", selector="bench", private_key=pem)


def _prepare(task: Task) -> Callable[[], None]:
    letters = [
        inputs(context, task.first + number)
        for number, context in enumerate(contexts(_BATCH, seed=task.seed + task.first))
    ]
    if task.role == "raw socket":
        return _bare_writer(letters, task)
    signer = _signer() if task.role == "ours, signed" else None
    relay = Relay(host="127.0.0.1", port=task.port, security="none", connections=_CONNECTIONS)
    _send(letters[:2], relay, signer)  # connections and caches as in a process that has been at work

    def send_all() -> None:
        for start in range(0, task.count, _BATCH):
            _send(letters[: task.count - start], relay, signer)

    return send_all


def _send(letters: list[MessageInputs], relay: Relay, signer: Signer | None) -> None:
    """One batch, as the messaging engine sends it after a claim."""
    batch = [
        Outgoing(
            sender=_SENDER,
            recipient=letter.recipient.email,
            content=assemble(template=_template(), inputs=letter, signer=signer),
        )
        for letter in letters
    ]
    assert all(isinstance(result, Accepted) for _, result in send_batch(batch, relay=relay))


def _bare_writer(letters: list[MessageInputs], task: Task) -> Callable[[], None]:
    """As little as can be done: ready-made bytes, the next envelope behind each content, no look at any answer but 354."""
    envelopes = [
        f"MAIL FROM:<{_SENDER}>\r\nRCPT TO:<{letter.recipient.email}>\r\nDATA\r\n".encode() for letter in letters
    ]
    contents = [assemble(template=_template(), inputs=letter) + b".\r\n" for letter in letters]
    blocks = [content + envelope for content, envelope in zip(contents, envelopes, strict=True)]
    lines = [_greeted(task.port) for _ in range(_CONNECTIONS)]

    def write_all() -> None:
        for line in lines:
            line.sendall(envelopes[0])
        for number in range(task.count):
            line = lines[number % _CONNECTIONS]
            _await(line, b"354")
            has_next = number + _CONNECTIONS < task.count
            line.sendall((blocks if has_next else contents)[number % _BATCH])
        for line in lines:
            line.sendall(b"QUIT\r\n")
            _await(line, b"221")
            line.close()

    return write_all


def _greeted(port: int) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(b"EHLO bench\r\n")
    _await(line, b"250 ")
    return line


def _await(line: socket.socket, wanted: bytes) -> None:
    received = b""
    while wanted not in received:
        data = line.recv(65536)
        if not data:
            raise ConnectionError("the sink closed the connection")
        received += data
