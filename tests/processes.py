"""Processes of the product that a test starts: which database they meet."""

import os

from django.conf import settings
from psycopg.conninfo import make_conninfo

from aftercare.foundation.database.apart import connection_parameters

_WHERE = ("host", "port", "user", "password", "dbname")


def environment(**more: str) -> dict[str, str]:
    """What a process of the product is started with, to work on the test's own database."""
    known = {name: value for name, value in connection_parameters().items() if name in _WHERE and value}
    return {
        **os.environ, "DATABASE_URL": make_conninfo(**known), "AFTERCARE_SECRET_KEY": settings.SECRET_KEY, **more,
    }  # fmt: skip
