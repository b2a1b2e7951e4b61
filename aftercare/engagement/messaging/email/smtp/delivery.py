"""Send a batch of messages over a few connections and say what became of each."""

import selectors
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from aftercare.engagement.messaging.email.addresses import envelope_address
from aftercare.engagement.messaging.email.content import WireContent, wire_content
from aftercare.engagement.messaging.email.problems import HeaderProblem
from aftercare.engagement.messaging.email.smtp.connection import ConnectionLost, PipelinedConnection
from aftercare.engagement.messaging.email.smtp.pool import POOL, ConnectionPool
from aftercare.engagement.messaging.email.smtp.relay import Relay, RelayUnavailable
from aftercare.engagement.messaging.email.smtp.replies import ProtocolViolation
from aftercare.engagement.messaging.email.smtp.results import NotSent, Refused, SendResult, Unknown
from aftercare.engagement.messaging.email.smtp.session import Capabilities, Job, Session, obstacle

# How often a message that was not sent may be tried on another connection within one batch.
_ATTEMPTS = 3
# How many connections in a row may end without deciding over a message before the relay counts as down.
_FRUITLESS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message with its envelope: `sender` takes the bounces (may be empty), one recipient each."""

    sender: str
    recipient: str
    content: bytes


def send_batch(
    outgoing: Sequence[Outgoing], *, relay: Relay, pool: ConnectionPool = POOL
) -> Iterator[tuple[int, SendResult]]:  # fmt: skip
    """Hand the messages to `relay`; for each its place and its result, as soon as that is known.

    Does not raise for a message or a connection: what cannot be sent comes back as Refused, Unknown or NotSent.
    Connections stay open for the next batch of this process.
    """
    batch = _Batch(outgoing, relay, pool)
    with closing(batch):
        yield from batch.run()


class _Batch:
    def __init__(self, outgoing: Sequence[Outgoing], relay: Relay, pool: ConnectionPool) -> None:
        self.relay = relay
        self.pool = pool
        self.selector = selectors.DefaultSelector()
        self.ended: dict[int, SendResult] = {}
        self.queue: deque[Job] = deque()
        self.active: set[PipelinedConnection] = set()
        self.capacity = relay.connections
        self.fruitless = 0
        self.trouble = ""
        for place, message in enumerate(outgoing):
            self._enqueue(place, message)

    def run(self) -> Iterator[tuple[int, SendResult]]:
        while self.queue or self.active:
            while len(self.active) < min(self.capacity, len(self.queue) + len(self.active)) and self._open():
                pass
            if self.active:
                self._wait()
            else:
                self._give_up()
            yield from self._news()
        yield from self._news()

    def close(self) -> None:
        """What is still under way when nobody wants to hear of it is left alone."""
        for connection in self.active:
            connection.close()
        self.selector.close()

    def _news(self) -> Iterator[tuple[int, SendResult]]:
        told, self.ended = self.ended, {}
        yield from told.items()

    def _enqueue(self, place: int, message: Outgoing) -> None:
        try:
            sender = envelope_address(message.sender) if message.sender else ""
            recipient = envelope_address(message.recipient)
        except HeaderProblem as problem:
            self.ended[place] = Refused(code=553, enhanced="5.1.3", text=problem.sentence, permanent=True)
            return
        content = message.content
        if type(content) is not WireContent:
            content = wire_content(content)
        self.queue.append(Job(place=place, sender=sender, recipient=recipient, content=content))

    def _open(self) -> bool:
        """Put one more connection to work; False where none can be had, which is not asked again while others work."""
        if self.fruitless >= _FRUITLESS:
            return False
        try:
            connection = self.pool.take(self.relay)
        except RelayUnavailable as unavailable:
            self.trouble = str(unavailable)
            self.capacity = max(len(self.active), 1)
            return False
        capabilities = connection.capabilities
        remaining = self.relay.max_messages and max(self.relay.max_messages - connection.messages, 1)
        session = Session(
            capabilities=capabilities,
            next_job=lambda: self._next_job(capabilities),
            report=self._report,
            max_messages=remaining,
        )
        self.active.add(connection)
        self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        connection.begin(session)
        self._drive(connection)
        return True

    def _next_job(self, capabilities: Capabilities) -> Job | None:
        while self.queue:
            job = self.queue.popleft()
            refusal = obstacle(job, capabilities)
            if refusal is None:
                return job
            self.ended[job.place] = refusal
        return None

    def _report(self, job: Job, result: SendResult) -> None:
        if isinstance(result, NotSent):
            self._again(job, result.reason)
        else:
            self.ended[job.place] = result
            if not isinstance(result, Unknown):
                self.fruitless = 0

    def _again(self, job: Job, reason: str) -> None:
        if job.attempts == 0:
            self.queue.appendleft(job)
        elif job.attempts < _ATTEMPTS:
            self.queue.append(job)  # it may be the cause: let the others go first
        else:
            self.ended[job.place] = NotSent(reason)

    def _wait(self) -> None:
        patience = min(connection.patience for connection in self.active)
        for key, events in self.selector.select(max(patience, 0)):
            self._drive(key.data, readable=bool(events & selectors.EVENT_READ))
        for connection in list(self.active):
            if connection.patience <= 0:
                self._lost(connection, "the server did not answer in time")

    def _drive(self, connection: PipelinedConnection, *, readable: bool = False) -> None:
        session = connection.running
        try:
            if readable:
                connection.read()
            connection.write()
        except (ConnectionLost, ProtocolViolation) as error:
            self._lost(connection, str(error))
            return
        if session.closed_by_server:
            self._lost(connection, session.closing)
        elif session.idle:
            self._finished(connection)
        else:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if session.outgoing else 0)
            if self.selector.get_key(connection.socket).events != events:
                self.selector.modify(connection.socket, events, connection)

    def _finished(self, connection: PipelinedConnection) -> None:
        session = connection.running
        connection.messages += session.started
        self._retire(connection)
        if session.closing:
            connection.close()
        else:
            self.pool.put_back(connection)

    def _lost(self, connection: PipelinedConnection, reason: str) -> None:
        session = connection.running
        self._retire(connection)
        connection.close()
        self.trouble = reason
        self.fruitless += 1
        for job in reversed(session.broken(reason)):
            self._again(job, reason)

    def _retire(self, connection: PipelinedConnection) -> None:
        self.selector.unregister(connection.socket)
        self.active.discard(connection)

    def _give_up(self) -> None:
        while self.queue:
            self.ended[self.queue.popleft().place] = NotSent(self.trouble)
