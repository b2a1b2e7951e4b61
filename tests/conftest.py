"""What every test may use: a database, a store, and a small cast."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import HealthCheck, settings

from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.emptying import empty_the_database

# How long an example takes says more of the machine than of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Copy the database that the plugin migrated, under a name of this run and worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    connection.settings_dict["TEST"].update(
        TEMPLATE=os.environ["AFTERCARE_TEST_TEMPLATE"],
        NAME=f"test_{os.environ['AFTERCARE_TEST_RUN']}_{worker}",
        MIGRATE=False,
    )


@pytest.fixture(scope="session", autouse=True)
def quickly_emptied() -> Iterator[None]:
    """Tests that commit leave an empty database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_the_database)
        yield


@pytest.fixture(scope="session", autouse=True)
def files_looked_for_when_asked() -> Iterator[None]:
    """A test client makes the whole site anew; none needs a list of all its files first."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(autouse=True)
def nobody_speaks() -> Iterator[None]:
    """A page leaves the language it was read in behind, for whoever comes next in its thread."""
    yield
    translation.deactivate()


@pytest.fixture
def now() -> datetime:
    """A Sunday morning."""
    return NOW


@pytest.fixture
def frozen() -> Iterator[None]:
    """The world's clock stands still on that morning: for pages that ask it."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def store(db: None) -> Store:
    """Juniper & Oak, the shop of most tests, outside any scope."""
    return factories.make_store()


@pytest.fixture
def shop(store: Store) -> Iterator[Store]:
    """The same shop, with its scope open."""
    with store_scope(store.pk):
        yield store
