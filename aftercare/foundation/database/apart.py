"""Connections to the installation's database beside Django's: to listen on, or to write on from many threads."""

from typing import Any

from django.db import connection

# What Django's own kind of connection is made of, and nobody else's.
_DJANGO_S = frozenset({"cursor_factory", "context", "pool"})


def connection_parameters() -> dict[str, Any]:
    """What to call `psycopg.connect` with, to reach the database as Django would."""
    parameters = connection.get_connection_params()
    return {name: value for name, value in parameters.items() if name not in _DJANGO_S}
