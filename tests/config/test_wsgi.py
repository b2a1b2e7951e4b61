"""What web processes do before Django: their shared connections to the database."""

import psycopg
import pytest
from django.db import connection

from aftercare.config.wsgi import _check
from aftercare.foundation.database.bulk import fetch


@pytest.mark.django_db
def test_a_connection_is_taken_until_the_server_hangs_up() -> None:
    parameters = connection.get_connection_params()
    known = {name: parameters[name] for name in ("host", "port", "user", "password", "dbname")}
    with psycopg.connect(**known, autocommit=True) as other:
        other.execute("SELECT 1")
        _check(other)
        fetch("SELECT pg_terminate_backend(%s, 10000)", [other.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            _check(other)
