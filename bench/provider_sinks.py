"""Providers of text messages, notifications and webhooks on this machine: they take what comes, note each once, and may be
told to throttle and fail part of the time.

A process of its own. Answers as `docs/howto/sms-provider.md`, RFC 8030 and Standard Webhooks say. What fails is not taken.
"""

import asyncio
import json
import multiprocessing
import random
from multiprocessing.managers import DictProxy
from types import TracebackType
from typing import Any, Self

from bench.ports import free_ports

THROTTLED, BROKEN, RESET = 0.10, 0.05, 0.05
RETRY_AFTER = 1
_HOSTS = {"sms.example": "sms", "push.example": "push", "hooks.example": "webhook"}


class ProviderSinks:
    """Runs while the `with` block does, before every provider: `url` is what AFTERCARE_MAIL_GATEWAY is set to."""

    def __init__(self, *, faulty: str = "") -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._faulty = faulty
        self._manager = multiprocessing.Manager()
        self.taken: DictProxy[str, Any] = self._manager.dict()

    def __enter__(self) -> Self:
        self._process = multiprocessing.Process(target=_serve, args=(self.port, self._faulty, self.taken), daemon=True)
        self._process.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join(5)
        self._manager.shutdown()


class _Provider:
    """All of them: by channel what was taken, how often, and what was refused."""

    def __init__(self, faulty: str, told: "DictProxy[str, Any]") -> None:
        self._faulty, self._told = faulty, told
        self._chance = random.Random(1)
        self._ids: dict[str, set[str]] = {channel: set() for channel in _HOSTS.values()}
        self._counts = {channel: {"taken": 0, "throttled": 0, "failed": 0} for channel in _HOSTS.values()}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, as many calls as come."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                headers = _headers(head)
                await reader.readexactly(int(headers.get("content-length", "0")))
                answer = self._answer(_HOSTS[headers["x-forwarded-host"]], headers)
                if answer is None:
                    writer.transport.abort()
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def tell(self) -> None:
        """What is known, to whoever measures."""
        while True:
            await asyncio.sleep(0.2)
            for channel, counts in self._counts.items():
                self._told[channel] = {**counts, "once": len(self._ids[channel])}

    def _answer(self, channel: str, headers: dict[str, str]) -> bytes | None:
        counts, drawn = self._counts[channel], self._chance.random() if channel == self._faulty else 1.0
        if drawn < THROTTLED:
            counts["throttled"] += 1
            return _http(429, retry_after=RETRY_AFTER)
        if drawn < THROTTLED + BROKEN + RESET:
            counts["failed"] += 1
            return _http(503) if drawn < THROTTLED + BROKEN else None
        counts["taken"] += 1
        self._ids[channel].add(headers.get("topic") or headers["webhook-id"])
        return _http(201 if channel == "push" else 200, json.dumps({"id": f"taken-{counts['taken']}"}).encode())


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if value}


def _http(status: int, body: bytes = b"", *, retry_after: int = 0) -> bytes:
    extra = f"Retry-After: {retry_after}\r\n" if retry_after else ""
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n{extra}\r\n".encode() + body


def _serve(port: int, faulty: str, told: "DictProxy[str, Any]") -> None:
    async def run() -> None:
        provider = _Provider(faulty, told)
        server = await asyncio.start_server(provider.serve, "127.0.0.1", port)
        async with server:
            await provider.tell()

    asyncio.run(run())
