"""Pages and API, served by granian; what shops send and ask most often takes a shorter way through."""

import os
import select
from collections.abc import Iterable

import psycopg
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
_pages = get_wsgi_application()

# Only now: what it needs are models.
from aftercare.commerce.orders import fast_lane, page_lane  # noqa: E402
from aftercare.commerce.platforms.fast_lane import taken  # noqa: E402
from aftercare.foundation.web.quick import Environ, StartResponse  # noqa: E402

_SHORT_WAYS = (taken, fast_lane.read, page_lane.visit)

# Served by many threads, for many messages may wait for the disk at once; few pages can use the database at once.
_CONNECTIONS = 4


class Application:
    """WSGI. The threads of a process share a few connections to the database."""

    def __init__(self) -> None:
        self._has_pool = False

    def __call__(self, environ: Environ, start: StartResponse) -> Iterable[bytes]:
        if not self._has_pool:
            self._share_connections()
        for short_way in _SHORT_WAYS:
            answer = short_way(environ, start)
            if answer is not None:
                return answer
        return _pages(environ, page_lane.learning(environ, fast_lane.learning(environ, start)))

    def _share_connections(self) -> None:
        """At the first request, in the very process that answers it: a pool does not survive a fork."""
        database = connections.settings["default"]
        database["CONN_MAX_AGE"] = 0  # each request gives its connection back
        database["OPTIONS"] = {**database["OPTIONS"], "pool": {"min_size": 1, "max_size": _CONNECTIONS}}
        pool = connections["default"].pool  # type: ignore[attr-defined]  # of Django's wrapper for PostgreSQL
        pool._check = still_open  # noqa: SLF001 -- Django lets nobody choose, and its own asks the database each time
        self._has_pool = True


def still_open(connection: psycopg.Connection) -> None:
    """Raise where the server has hung up: then there is something to read, though nothing was asked.

    The connection is closed, for a pool takes one back that does not know yet how it stands.
    """
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        connection.close()
        raise psycopg.OperationalError("the server has hung up")


application = Application()
