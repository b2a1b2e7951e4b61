"""The mail phase of one SMTP connection, without a socket: bytes in, bytes out, results.

With PIPELINING (RFC 2920) a message costs one round trip: the content of one and the envelope of the next are written
together, while the answer to the content is awaited. Without, each command waits for its answer; the code is the same,
only the gate in `_pump` differs.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from aftercare.engagement.messaging.email.content import WireContent
from aftercare.engagement.messaging.email.smtp.replies import Reply, ReplyReader
from aftercare.engagement.messaging.email.smtp.results import (
    Accepted,
    NotSent,
    Refused,
    SendResult,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the server's EHLO offers; `size` is 0 where it states no limit."""

    pipelining: bool = False
    eight_bit: bool = False
    utf8: bool = False
    starttls: bool = False
    size: int = 0
    auth: frozenset[str] = frozenset()


@dataclass(slots=True)
class Job:
    """A message on its way; `place` is its number in the batch."""

    place: int
    sender: str
    recipient: str
    content: WireContent
    refusal: Reply | None = None
    attempts: int = 0


class Step(Enum):
    """What a reply answers."""

    MAIL = auto()
    RECIPIENT = auto()
    DATA = auto()
    CONTENT = auto()
    EMPTY_CONTENT = auto()
    RESET = auto()


@dataclass(slots=True)
class Session:
    """One conversation after EHLO. `next_job` is asked for work, `report` told what became of it."""

    capabilities: Capabilities
    next_job: Callable[[], Job | None]
    report: Callable[[Job, SendResult], None]
    max_messages: int = 0
    outgoing: bytearray = field(default_factory=bytearray)
    closing: str = ""
    closed_by_server: bool = False
    started: int = 0
    _reader: ReplyReader = field(default_factory=ReplyReader)
    _waiting: deque[tuple[Step, Job]] = field(default_factory=deque)
    _unsent: deque[tuple[Step, Job, bytes]] = field(default_factory=deque)
    _open: Job | None = None  # its envelope is out or on its way
    _written: int = 0  # bytes ever put into outgoing
    _content_end: int = 0  # where in them the last content ended

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._waiting and not self._unsent

    @property
    def awaits_content_reply(self) -> bool:
        """Whether the next answer decides over a whole message."""
        return bool(self._waiting) and self._waiting[0][0] is Step.CONTENT

    def start(self) -> None:
        """Begin with the first message, if there is one."""
        self._begin_next()
        self._pump()

    def receive(self, data: bytes) -> None:
        """Take what the server wrote; raises ProtocolViolation."""
        for reply in self._reader.feed(data):
            if reply.code == 421 or not self._waiting:
                self.closing = str(reply)
                self.closed_by_server = True
            if self._waiting:
                self._answer(*self._waiting.popleft(), reply)
        self._pump()

    def broken(self, reason: str) -> list[Job]:
        """The connection is gone: report what may have been taken, give back what was not sent.

        Only the message whose answer was due next may have been the cause; the attempt counts for it alone.
        """
        all_sent = self._written - len(self.outgoing)
        unsent: list[Job] = [self._open] if self._open else []
        first = self._waiting[0][1] if self._waiting else None
        for waiting, job in self._waiting:
            if waiting is Step.CONTENT and all_sent < self._content_end:
                unsent.insert(0, job)
            elif waiting is Step.CONTENT:
                self.report(job, Unknown(reason))
        if first is not None and first in unsent:
            first.attempts += 1
        self._waiting.clear()
        self._unsent.clear()
        self._open = None
        return unsent

    def _answer(self, step: Step, job: Job, reply: Reply) -> None:
        match step:
            case Step.MAIL | Step.RECIPIENT:
                if reply.code // 100 != 2 and job.refusal is None:
                    job.refusal = reply
                    self._drop_unsent(job)
            case Step.DATA:
                self._answer_data(job, reply)
            case Step.CONTENT:
                self.report(job, _result(reply))
            case Step.EMPTY_CONTENT | Step.RESET:
                pass

    def _answer_data(self, job: Job, reply: Reply) -> None:
        self._open = None
        if reply.code == 354 and job.refusal is None:
            self._send(Step.CONTENT, job, job.content + b".\r\n")
            self._begin_next()
            return
        if reply.code == 354:  # a server that wants content for nobody (RFC 2920 §3.1)
            self._send(Step.EMPTY_CONTENT, job, b".\r\n")
        self._refused(job, job.refusal or reply)

    def _refused(self, job: Job, reply: Reply) -> None:
        if reply.code == 421:
            if self.started == 1:
                job.attempts += 1  # later on, the connection has carried what it may: that is not the message's fault
            self.report(job, NotSent(str(reply)))
        else:
            self.report(job, _result(reply))
        self._send(Step.RESET, job, b"RSET\r\n")
        self._begin_next()

    def _drop_unsent(self, job: Job) -> None:
        """Without pipelining, the rest of a refused envelope is not sent at all."""
        if not self._unsent:
            return
        self._unsent.clear()
        self._open = None
        assert job.refusal is not None
        self._refused(job, job.refusal)

    def _begin_next(self) -> None:
        if self.closing:
            return
        if self.max_messages and self.started >= self.max_messages:
            self.closing = "as many messages as one connection may carry"
            return
        job = self.next_job()
        if job is None:
            return
        self.started += 1
        self._open = job
        job.refusal = None
        self._send(Step.MAIL, job, _mail_command(job, self.capabilities))
        self._send(Step.RECIPIENT, job, f"RCPT TO:<{job.recipient}>\r\n".encode())
        self._send(Step.DATA, job, b"DATA\r\n")

    def _send(self, step: Step, job: Job, data: bytes) -> None:
        self._unsent.append((step, job, data))

    def _pump(self) -> None:
        """Write what may be written now."""
        while self._unsent and (self.capabilities.pipelining or not self._waiting):
            step, job, data = self._unsent.popleft()
            self.outgoing += data
            self._written += len(data)
            if step is Step.CONTENT:
                self._content_end = self._written
            self._waiting.append((step, job))


def obstacle(job: Job, capabilities: Capabilities) -> SendResult | None:
    """Why this server cannot be given `job` at all, or None."""
    if capabilities.size and len(job.content) > capabilities.size:
        text = f"the message has {len(job.content)} bytes, the server takes {capabilities.size}"
        return Refused(code=552, enhanced="5.3.4", text=text, permanent=True)
    if not (job.sender + job.recipient).isascii() and not capabilities.utf8:
        text = "the server does not take addresses beyond ASCII (SMTPUTF8)"
        return Refused(code=553, enhanced="5.6.7", text=text, permanent=True)
    if not job.content.isascii() and not capabilities.eight_bit:
        text = "the server takes ASCII only (no 8BITMIME); send it quoted-printable"
        return Refused(code=554, enhanced="5.6.3", text=text, permanent=True)
    return None


def _mail_command(job: Job, capabilities: Capabilities) -> bytes:
    parameters = f" SIZE={len(job.content)}" if capabilities.size else ""
    if not job.content.isascii():
        parameters += " BODY=8BITMIME"
    if not (job.sender + job.recipient).isascii():
        parameters += " SMTPUTF8"
    return f"MAIL FROM:<{job.sender}>{parameters}\r\n".encode()


def _result(reply: Reply) -> SendResult:
    if reply.code // 100 == 2:
        return Accepted(str(reply))
    return Refused(code=reply.code, enhanced=reply.enhanced, text=reply.text, permanent=reply.code // 100 == 5)
