"""What webhook intake is measured against: the ceiling (nothing but signature, JSON and a grouped commit), and plain Django.

Run by granian: `bench.intake_peers:ceiling` (RSGI), `bench.intake_peers:plain` (WSGI). Both keep 2xx rows in a table of
their own, with the same unique key.
"""

import asyncio
import hashlib
import hmac
import os
from base64 import b64encode
from typing import Any

import orjson
import psycopg

SECRET = b"a secret of the benchmark"
TABLE = """
    CREATE TABLE IF NOT EXISTS bench_intake (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id text NOT NULL,
        topic text NOT NULL, body bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT now(), UNIQUE (message_id))
"""
_INSERT = """
    INSERT INTO bench_intake (message_id, topic, body) SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[])
    ON CONFLICT DO NOTHING
"""
_AT_ONCE = 100


def _is_signed(body: bytes, given: str) -> bool:
    return hmac.compare_digest(b64encode(hmac.digest(SECRET, body, hashlib.sha256)), given.encode())


class _Ceiling:
    """One connection that commits for whoever waits."""

    def __init__(self) -> None:
        self._waiting: list[tuple[tuple[str, str, bytes], asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, row: tuple[str, str, bytes]) -> None:
        if self._writer is None:
            self._writer = asyncio.create_task(self._write())
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        self._wake.set()
        await done

    async def _write(self) -> None:
        connection = await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True)
        while True:
            await self._wake.wait()
            group, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            if not self._waiting:
                self._wake.clear()
            if group:
                columns = [list(column) for column in zip(*(row for row, _ in group), strict=True)]
                await connection.execute(_INSERT.replace("%s", "%b"), columns, prepare=True)
                for _, done in group:
                    done.set_result(None)


_ceiling: list[_Ceiling] = []


async def ceiling(scope: Any, protocol: Any) -> None:
    """RSGI."""
    if not _ceiling:
        _ceiling.append(_Ceiling())
    body = await protocol()
    if not _is_signed(body, scope.headers.get("x-shopify-hmac-sha256") or ""):
        protocol.response_str(401, [], "")
        return
    orjson.loads(body)
    await _ceiling[0].keep((scope.headers.get("x-shopify-webhook-id"), scope.headers.get("x-shopify-topic"), body))
    protocol.response_str(200, [("content-length", "2")], "ok")


def plain(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """WSGI: Django as one would write it first, a view without middleware that inserts and commits its row."""
    return _django()(environ, start_response)  # type: ignore[no-any-return]


def _django() -> Any:
    if not _handlers:
        import django  # noqa: PLC0415 -- only this peer is Django
        from django.conf import settings  # noqa: PLC0415
        from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415
        from django.http import HttpRequest, HttpResponse  # noqa: PLC0415
        from django.urls import path  # noqa: PLC0415

        def take(request: HttpRequest) -> HttpResponse:
            if not _is_signed(request.body, request.headers["x-shopify-hmac-sha256"]):
                return HttpResponse(status=401)
            orjson.loads(request.body)
            row = [[request.headers["x-shopify-webhook-id"]], [request.headers["x-shopify-topic"]], [request.body]]
            with connection.cursor() as cursor:
                cursor.execute(_INSERT, row)
            return HttpResponse("ok", headers={"Content-Length": "2"})

        django.setup()
        settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
        globals()["urlpatterns"] = [path("hook", take)]
        _handlers.append(WSGIHandler())
    return _handlers[0]


_handlers: list[Any] = []
