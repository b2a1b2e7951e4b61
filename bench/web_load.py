"""A client for web benchmarks: so many connections that stay open, each asking again as soon as it is answered.

Or at a given pace: then a request counts from when it was due, so that a server that pauses cannot hide it.
"""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass(slots=True)
class Load:
    """What came of a run: seconds in all, seconds of each request, and how often each status was answered."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def line(self) -> str:
        marks = ", ".join(f"p{share * 100:g} {self.percentile(share):.1f}" for share in (0.5, 0.9, 0.99))
        return f"{self.per_second:>8,.0f}/s   ms: {marks}   {dict(self.statuses)}"


def get(path: str, host: str = "localhost") -> bytes:
    """A request as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n".encode()


def post(path: str, body: bytes, headers: dict[str, str], host: str = "localhost") -> bytes:
    """The same with a body."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{lines}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def drive(port: int, requests: Sequence[bytes], *, connections: int, pace: float | None = None) -> Load:
    """Send every request once; `pace` is requests a second over all connections."""
    return asyncio.run(_drive(port, requests, connections, pace))


def drive_for(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> Load:
    """Send the requests over and over for so long."""
    return asyncio.run(_drive_for(port, requests, connections, seconds))


async def _drive(port: int, requests: Sequence[bytes], connections: int, pace: float | None) -> Load:
    load, started = Load(), time.perf_counter()
    due = (started + number / pace for number in range(len(requests))) if pace else itertools.repeat(None)
    queue = zip(iter(requests), due, strict=False)
    await asyncio.gather(*(_client(port, queue, load, until=None) for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    return load


async def _drive_for(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    load, started = Load(), time.perf_counter()
    queue = zip(itertools.cycle(requests), itertools.repeat(None), strict=False)
    await asyncio.gather(*(_client(port, queue, load, until=started + seconds) for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    return load


async def _client(port: int, queue: Iterator[tuple[bytes, float | None]], load: Load, until: float | None) -> None:
    loop = asyncio.get_running_loop()
    _, protocol = await loop.create_connection(lambda: _Answers(loop), "127.0.0.1", port)
    for request, due in queue:
        if until is not None and time.perf_counter() > until:
            break
        began = due or time.perf_counter()
        if due is not None and (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        status = await protocol.ask(request)
        load.latencies.append(time.perf_counter() - began)
        load.statuses[status] += 1
    protocol.transport.close()


class _Answers(asyncio.Protocol):
    """One connection: a request, its answer, and the next."""

    transport: asyncio.Transport

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._answer: asyncio.Future[int] | None = None
        self._bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def ask(self, request: bytes) -> asyncio.Future[int]:
        self._answer, self._bytes = self._loop.create_future(), b""
        self.transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        head = self._bytes.find(_END)
        if head < 0 or self._answer is None:
            return
        length = _LENGTH.search(self._bytes, 0, head)
        assert length, f"answers tell their length: {self._bytes[:300]!r}"
        if len(self._bytes) >= head + len(_END) + int(length[1]):
            self._answer.set_result(int(self._bytes[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError(str(exc)))
