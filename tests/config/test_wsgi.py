"""What web processes do before Django: their shared connections to the database."""

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from aftercare.config.wsgi import still_open
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch

HANG_UP = "SELECT pg_terminate_backend(%s, 10000)"


@pytest.mark.django_db
def test_a_connection_is_taken_until_the_server_hangs_up() -> None:
    with psycopg.connect(**connection_parameters(), autocommit=True) as other:
        other.execute("SELECT 1")
        still_open(other)
        fetch(HANG_UP, [other.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            still_open(other)


@pytest.mark.django_db
def test_a_pool_whose_connections_all_broke_gives_new_ones() -> None:
    """As after a restart of the server, with nobody's connection in use."""
    known = {**connection_parameters(), "autocommit": True}
    with ConnectionPool(kwargs=known, min_size=2, max_size=2, check=still_open, timeout=20) as pool:
        pool.wait()
        for lost in list(pool._pool):
            fetch(HANG_UP, [lost.info.backend_pid])
        for _ in range(3):
            with pool.connection() as given:
                assert given.execute("SELECT 1").fetchone() == (1,)
