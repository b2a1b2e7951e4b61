"""A database elsewhere: both ends ask for a sign of life, unless the address says otherwise."""

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import make_conninfo

from aftercare.foundation.database.remote import django_database


def test_an_address_becomes_django_s_own_words() -> None:
    database = django_database("postgresql://ann:s%40fe@db.example:6432/shop?sslmode=require")
    assert {key: database[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "shop", "USER": "ann", "PASSWORD": "s@fe", "HOST": "db.example", "PORT": "6432",
    }  # fmt: skip
    assert database["OPTIONS"]["sslmode"] == "require"


def test_both_ends_ask_for_signs_of_life() -> None:
    options = django_database("host=db.example")["OPTIONS"]
    assert int(options["keepalives_idle"]) + 3 * int(options["keepalives_interval"]) < 60
    assert int(options["tcp_user_timeout"]) < 60_000
    assert "tcp_keepalives_idle=10" in options["options"]


def test_what_the_address_says_itself_counts() -> None:
    options = django_database("host=db.example options='-c tcp_keepalives_idle=99' keepalives_idle=7")["OPTIONS"]
    assert options["options"] == "-c tcp_keepalives_idle=99"
    assert options["keepalives_idle"] == "7"


@pytest.mark.django_db
def test_a_server_takes_what_it_is_asked() -> None:
    """Over its socket in the file system these count for nothing, but it would refuse a word it does not know."""
    own = settings.DATABASES["default"]
    where = make_conninfo(
        host=own["HOST"], port=own["PORT"], user=own["USER"], password=own["PASSWORD"], dbname=own["NAME"]
    )
    with psycopg.connect(where, **django_database(where)["OPTIONS"]) as reached:
        assert reached.execute("SELECT 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="unrecognized configuration parameter"):
            psycopg.connect(where, options="-c tcp_keepalives_idlee=10")
