"""Pages and API, served by granian; what shops send and ask most often takes a shorter way through."""

import os
from collections.abc import Iterable

from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aftercare.config.settings")
_pages = get_wsgi_application()

# Only now: what it needs are models.
from aftercare.commerce.orders.fast_lane import learning, read  # noqa: E402
from aftercare.commerce.platforms.fast_lane import Answer, Environ, taken  # noqa: E402

# Served by many threads, for many messages may wait for the disk at once; few pages can use the database at once.
_CONNECTIONS = 4


class Application:
    """WSGI. The threads of a process share a few connections to the database."""

    def __init__(self) -> None:
        self._has_pool = False

    def __call__(self, environ: Environ, answer: Answer) -> Iterable[bytes]:
        if not self._has_pool:
            self._share_connections()
        quick = taken(environ, answer)
        if quick is None:
            quick = read(environ, answer)
        return _pages(environ, learning(environ, answer)) if quick is None else quick

    def _share_connections(self) -> None:
        """At the first request, in the very process that answers it: a pool does not survive a fork."""
        database = connections.settings["default"]
        database["CONN_MAX_AGE"] = 0  # each request gives its connection back
        database["OPTIONS"] = {**database["OPTIONS"], "pool": {"min_size": 1, "max_size": _CONNECTIONS}}
        self._has_pool = True


application = Application()
