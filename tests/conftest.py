"""What every test may use: a database, a store, and a small cast."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """A Sunday morning."""
    return NOW


@pytest.fixture
def store(db: None) -> Store:
    """Juniper & Oak, the shop of most tests, outside any scope."""
    return factories.make_store()


@pytest.fixture
def shop(store: Store) -> Iterator[Store]:
    """The same shop, with its scope open."""
    with store_scope(store.pk):
        yield store
