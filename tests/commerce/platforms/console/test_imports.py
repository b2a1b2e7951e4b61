"""The console's pages about imports."""

import pytest

from aftercare.commerce.platforms.models import ImportRun
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW
from tests.staffing import Staff
from tests.visiting import words_of


@pytest.fixture
def run(store: Store) -> ImportRun:
    with store_scope(store.pk):
        return ImportRun.objects.create(
            store=store, kind="orders", source="old-shop", file_name="orders.csv", by="olga", state="finished",
            read=1204, created=1200, rejected=4, started_at=NOW, changed_at=NOW, rejects_path="/tmp/orders.rejects.csv",
            problems=[{"what": "total not an amount", "count": 4, "first_line": 17, "example": "'n/a' is not an amount"}],
        )  # fmt: skip


def test_every_import_with_what_came_of_it(store: Store, run: ImportRun) -> None:
    olga = Staff(store)
    assert "orders.csv orders Finished 1,204 1,200 0 4" in words_of(olga.see("imports"))
    assert "orders.csv" in olga.see("imports", state="finished", q="ORDERS")
    assert "orders.csv" not in olga.see("imports", state="failed")


def test_an_import_tells_what_was_wrong_and_where_the_rejects_are(store: Store, run: ImportRun) -> None:
    words = words_of(Staff(store).see("import", run.public_id))
    assert "4 total not an amount 'n/a' is not an amount, first in line 17" in words
    assert "/tmp/orders.rejects.csv" in words
