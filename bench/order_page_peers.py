"""What the order's status is measured against: Django as one would write it first, a view with one indexed read.

Run by granian (WSGI): no middleware, no token, no limit, no permission, one row of the order without any of its parts.
"""

from typing import Any

import orjson

_READ = "SELECT public_id, number, progress, payment, total, currency, placed_at FROM orders_order WHERE public_id = %s"
_FIELDS = ("id", "number", "progress", "payment", "total", "currency", "placed_at")
_handlers: list[Any] = []


def plain(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """WSGI."""
    return _django()(environ, start_response)  # type: ignore[no-any-return]


def _django() -> Any:
    if not _handlers:
        import django  # noqa: PLC0415 -- set up in the very process that serves
        from django.conf import settings  # noqa: PLC0415
        from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415
        from django.http import HttpRequest, HttpResponse  # noqa: PLC0415
        from django.urls import path  # noqa: PLC0415

        def read(request: HttpRequest, order: str) -> HttpResponse:  # noqa: ARG001 -- Django's signature
            with connection.cursor() as cursor:
                cursor.execute(_READ, [order])
                row = cursor.fetchone()
            if row is None:
                return HttpResponse(status=404, headers={"Content-Length": "0"})
            body = orjson.dumps(dict(zip(_FIELDS, row, strict=True)))
            return HttpResponse(body, content_type="application/json", headers={"Content-Length": str(len(body))})

        django.setup()
        settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
        globals()["urlpatterns"] = [path("orders/<str:order>", read)]
        _handlers.append(WSGIHandler())
    return _handlers[0]
