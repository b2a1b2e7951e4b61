"""The live process: server-sent events that tell an open order page to look again.

A small ASGI application of its own, without Django's middleware: a thousand idle streams cost a thousand coroutines and
one database connection. Run by `python -m aftercare.config.live`; any number of processes may run, since each hears
every notice.
"""

import asyncio
import os
import random
import resource
import signal
import sys
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import click
import psycopg
import structlog
from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.web.live import CHANNEL, PATH, read_live_token, read_notice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]

HEARTBEAT_SECONDS = 20.0  # proxies cut connections that are silent for 30 to 60 seconds
STREAMS_PER_ADDRESS = 50  # a household, an office behind one address
STREAMS = 10_000
_CHANGED = b"event: changed\ndata: \n\n"
_HEARTBEAT = b": still here\n\n"
_PAUSE_AFTER_TROUBLE = 1.0
_SPREAD_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Streams:
    """Who waits for which order. Several changes before a stream gets round to writing are one."""

    def __init__(self) -> None:
        self._bells: dict[int, set[asyncio.Event]] = defaultdict(set)
        self._by_address: Counter[str] = Counter()

    def open(self, order_id: int, address: str) -> asyncio.Event | None:
        """A bell that rings when the order changes; None where there are too many already."""
        if self._by_address[address] >= STREAMS_PER_ADDRESS or self._by_address.total() >= STREAMS:
            return None
        bell = asyncio.Event()
        self._bells[order_id].add(bell)
        self._by_address[address] += 1
        return bell

    def close(self, order_id: int, address: str, bell: asyncio.Event) -> None:
        """Forget a stream."""
        self._bells[order_id].discard(bell)
        if not self._bells[order_id]:
            del self._bells[order_id]
        self._by_address[address] -= 1
        if not self._by_address[address]:
            del self._by_address[address]

    def ring(self, order_id: int) -> None:
        """Tell everyone who looks at this order."""
        for bell in self._bells.get(order_id, ()):
            bell.set()

    def ring_all_soon(self) -> None:
        """Tell everyone, but not in the same instant, lest all pages be fetched at once."""
        loop = asyncio.get_running_loop()
        for bell in self._all_bells():
            loop.call_later(random.uniform(0, _SPREAD_SECONDS), bell.set)  # noqa: S311 -- spreads load, keeps no secret

    def ring_all(self) -> None:
        """Wake every stream at once."""
        for bell in self._all_bells():
            bell.set()

    def _all_bells(self) -> list[asyncio.Event]:
        return [bell for bells in self._bells.values() for bell in bells]


class LiveApplication:
    """The ASGI application: one listener, many streams."""

    def __init__(self) -> None:
        self._streams = Streams()
        self._ending = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == "/live/health":
            await _refuse(send, HTTPStatus.OK)
        else:
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Listen for as long as the server lives."""
        await receive()
        listener = asyncio.create_task(self._listen())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
        await send({"type": "lifespan.shutdown.complete"})

    def end_streams(self) -> None:
        """Let every stream come to its end: a server that stops waits for all of them."""
        self._ending = True
        self._streams.ring_all()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = headers.get("origin", "")
        token = scope["path"].removeprefix(PATH)
        order_id = read_live_token(token) if scope["path"].startswith(PATH) else None
        if scope["method"] != "GET" or origin not in {"", settings.SITE_URL} or order_id is None:
            await _refuse(send, HTTPStatus.FORBIDDEN)
            return
        address = _address(scope, headers)
        bell = self._streams.open(order_id, address)
        if bell is None:
            await _refuse(send, HTTPStatus.TOO_MANY_REQUESTS)
            return
        try:
            await self._stream(bell, receive, send)
        finally:
            self._streams.close(order_id, address, bell)

    async def _stream(self, bell: asyncio.Event, receive: Receive, send: Send) -> None:
        """Write until the reader leaves or the server stops."""
        await send({"type": "http.response.start", "status": 200, "headers": _stream_headers()})
        await send({"type": "http.response.body", "body": _retry(), "more_body": True})
        leaving = asyncio.ensure_future(_left(receive))
        try:
            while not self._ending:
                ringing = asyncio.ensure_future(bell.wait())
                await asyncio.wait({ringing, leaving}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                ringing.cancel()
                if leaving.done():
                    return
                news = _CHANGED if bell.is_set() else _HEARTBEAT
                bell.clear()
                await send({"type": "http.response.body", "body": news, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            leaving.cancel()

    async def _listen(self) -> None:
        """Pass notices on; after a break tell everyone, for something may have been missed."""
        while True:
            try:
                await self._listen_on_one_connection()
            except psycopg.Error as error:
                log.warning("listener lost its connection", error=str(error))
            await asyncio.sleep(_PAUSE_AFTER_TROUBLE)

    async def _listen_on_one_connection(self) -> None:
        async with await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True) as listening:
            await listening.execute(f"LISTEN {CHANNEL}")
            self._streams.ring_all_soon()
            while True:
                async for notice in listening.notifies(timeout=HEARTBEAT_SECONDS):
                    for order_id in read_notice(notice.payload):
                        self._streams.ring(order_id)
                # A peer that vanished without a word is only noticed when it is spoken to.
                await listening.execute("SELECT 1")


def _retry() -> bytes:
    """When to come back after a break: not all in the same instant."""
    return f"retry: {random.randint(2000, 5000)}\n\n".encode()  # noqa: S311 -- spreads load, keeps no secret


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _refuse(send: Send, status: HTTPStatus) -> None:
    body = status.phrase.encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status.value, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _stream_headers() -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", settings.SITE_URL.encode()),
        (b"vary", b"Origin"),
        (b"x-accel-buffering", b"no"),  # nginx would collect events before it passes them on
        (b"x-content-type-options", b"nosniff"),
    ]


def _address(scope: Scope, headers: dict[str, str]) -> str:
    """Where a stream comes from, as `ratelimit.caller` sees it for pages."""
    forwarded = headers.get("x-forwarded-for", "")
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    client = scope.get("client")
    return str(client[0]) if client else ""


application = LiveApplication()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8001, show_default=True)
def main(host: str, port: int) -> None:
    """Serve live updates until told to stop (Ctrl-C, SIGTERM)."""
    serve(host, port)
    # Granian's own threads may still be on their way into Python. Met by an interpreter that tears itself down, they
    # abort the process (emmett-framework/granian#693), so it ends without that, as a fork under the supervisor does.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def serve(host: str, port: int) -> None:
    """Serve live updates until this process is told to stop."""
    # Every stream is an open file, and the usual limit of 1,024 is far below what one process can serve.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = STREAMS + 100
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
    asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    """Granian within this process and loop: its own command would wait for ever for streams that never end."""
    server = Server(
        application, address=host, port=port, interface=Interfaces.ASGI, websockets=False, backlog=1024,
        backpressure=STREAMS, log_level=LogLevels.error,
    )  # fmt: skip

    def stop() -> None:
        application.end_streams()
        server.stop()  # type: ignore[no-untyped-call]  # granian is typed halfway

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    await server.serve()


if __name__ == "__main__":
    main()
