"""The live process, as a process: real sockets, real notices."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import psycopg
import pytest

from aftercare.config.live import STREAMS_PER_ADDRESS
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.web.live import CHANNEL, live_url
from bench.ports import free_ports
from tests.processes import environment

ORIGIN = "http://shop.test"


def finished(work):
    """Run it in a thread of its own: the browser tests of the same process may keep a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@dataclass
class Live:
    """A running live process and a connection to the database it listens to."""

    process: subprocess.Popen
    port: int
    database: psycopg.Connection

    def notify(self, notice: str) -> None:
        self.database.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])

    def listeners(self) -> list[int]:
        found = self.database.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'"
            " AND application_name = %s", [f"live-{self.port}"],
        )  # fmt: skip
        return [row[0] for row in found]


def until(condition, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def live(django_db_setup):
    with running_live() as running:
        yield running


@contextmanager
def running_live() -> Iterator[Live]:
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "aftercare.config.live", "--port", str(port)],
        env=environment(AFTERCARE_URL=ORIGIN, PGAPPNAME=f"live-{port}"),
    )
    with psycopg.connect(**connection_parameters(), autocommit=True) as database:
        running = Live(process, port, database)
        try:
            until(running.listeners)
            yield running
        finally:
            process.terminate()
            process.wait(10)


@dataclass
class Stream:
    """An answer whose head has been read."""

    status: int
    head: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hears(self, words: bytes, *, within: float = 10) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(words), within)

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


class Browser:
    """Opens streams and closes them all."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: list[Stream] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for stream in self._streams:
            await stream.close()

    async def open(
        self, order_id: int = 7, *, token: str | None = None, origin: str = ORIGIN, method: str = "GET",
        address: str = "127.0.0.1",
    ) -> Stream:  # fmt: skip
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(address, 0))
        path = "/live/orders/" + (live_url(order_id=order_id).rpartition("/")[2] if token is None else token)
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: live\r\nOrigin: {origin}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        self._streams.append(Stream(int(head.split()[1]), head, reader, writer))
        return self._streams[-1]


def status_of(live: Live, **request: str) -> int:
    async def ask() -> int:
        async with Browser(live.port) as browser:
            return (await browser.open(**request)).status

    return finished(ask())


def test_a_change_reaches_those_who_look_at_the_order_and_nobody_else(live):
    async def scenario() -> Stream:
        async with Browser(live.port) as browser:
            seven, eight = await browser.open(7), await browser.open(8)
            await eight.hears(b"retry: ")
            await asyncio.to_thread(live.notify, "3,7")
            await seven.hears(b"event: changed\ndata: \n\n")
            with pytest.raises(TimeoutError):
                await eight.hears(b"changed", within=0.3)
            return seven

    stream = finished(scenario())

    assert stream.status == 200
    assert "content-type: text/event-stream" in stream.head
    assert f"access-control-allow-origin: {ORIGIN}\r\n" in stream.head


@pytest.mark.parametrize("token", ["", "7", "Nw:x:y"])
def test_a_forged_token_is_refused(live, token):
    assert status_of(live, token=token) == 403


def test_other_sites_and_other_methods_are_refused(live):
    assert status_of(live, origin="http://elsewhere.test") == 403
    assert status_of(live, method="POST") == 403


def test_one_address_keeps_only_so_many_streams_and_gets_them_back(live):
    async def scenario() -> tuple[set[int], int, int, int]:
        async with Browser(live.port) as browser:
            opened = [await browser.open() for _ in range(STREAMS_PER_ADDRESS)]
            refused = await browser.open()
            elsewhere = await browser.open(address="127.0.0.2")
            await opened[0].close()
            await asyncio.sleep(0.5)
            again = await browser.open()
            return {stream.status for stream in opened}, refused.status, elsewhere.status, again.status

    assert finished(scenario()) == ({200}, 429, 200, 200)


def test_three_hundred_streams_hear_a_change(live):
    async def scenario() -> int:
        async with Browser(live.port) as browser:
            streams = await asyncio.gather(
                *(browser.open(number % 5, address=f"127.0.0.{2 + number // 40}") for number in range(300))
            )
            await asyncio.to_thread(live.notify, "0,1,2,3,4")
            return len(await asyncio.gather(*(stream.hears(b"changed") for stream in streams)))

    assert finished(scenario()) == 300


def test_after_a_lost_connection_everyone_is_told_to_look(live):
    async def scenario() -> None:
        async with Browser(live.port) as browser:
            stream = await browser.open()
            [listener] = live.listeners()
            live.database.execute("SELECT pg_terminate_backend(%s)", [listener])
            await stream.hears(b"changed", within=15)

    finished(scenario())

    assert len(live.listeners()) == 1


def test_stopping_ends_open_streams_at_once(django_db_setup):
    async def scenario(live: Live) -> bytes:
        async with Browser(live.port) as browser:
            stream = await browser.open()
            live.process.terminate()
            return await asyncio.wait_for(stream.reader.read(), 5)

    with running_live() as live:
        ending = finished(scenario(live))

        assert b"0\r\n\r\n" in ending
        assert live.process.wait(5) == 0
