"""Versions of rows: any change of any row shows, and nothing else does."""

from collections.abc import Iterator

import pytest
from django.db import connection

from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.versions import reading_only, tables_in, version_of

# Each change commits by itself, as changes do that come from elsewhere.
pytestmark = pytest.mark.django_db(transaction=True)
CHANGES = (
    "INSERT INTO shelf VALUES (4, 'four')",
    "UPDATE shelf SET words = 'one' WHERE id = 1",
    "UPDATE shelf SET words = words WHERE id = 2",
    "DELETE FROM shelf WHERE id = 3",
    "DELETE FROM shelf WHERE id = 1; INSERT INTO shelf VALUES (1, 'one')",
)


@pytest.fixture(autouse=True)
def _shelf() -> Iterator[None]:
    run("CREATE TABLE shelf (id int PRIMARY KEY, words text); INSERT INTO shelf VALUES (1, 'one'), (2, ''), (3, '')")
    yield
    run("DROP TABLE shelf")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def version(rows: str = "shelf AS r") -> object:
    return fetch(f"SELECT {version_of(rows)}")[0][0]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_shows(change: str) -> None:
    before = version()
    assert version() == before
    run(change)
    assert version() != before


def test_what_lies_outside_does_not_show() -> None:
    rows = "shelf AS r WHERE r.id < 3"
    before = version(rows)
    run("UPDATE shelf SET words = 'new' WHERE id = 3")
    assert version(rows) == before


def test_a_row_that_a_join_brings_twice_does_not_cancel_itself() -> None:
    rows = "shelf AS r JOIN generate_series(1, 2) ON true WHERE r.id = 1"
    before = version(rows)
    run("UPDATE shelf SET words = 'new' WHERE id = 1")
    assert version(rows) != before


def test_nothing_has_a_version_too() -> None:
    assert version("shelf AS r WHERE r.id > 9") is None


def test_what_else_is_read_is_noticed() -> None:
    with reading_only({"stores_store"}) as strangers:
        fetch("SELECT 1 FROM stores_store")
        assert not strangers
        fetch('SELECT 1 FROM "staff_membership" JOIN stores_store ON true')
    assert strangers == {"staff_membership"}
    assert tables_in("SELECT stores_storehouse, now()") == set()
