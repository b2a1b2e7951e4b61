"""An installation on a database of its own, which may be renamed under everybody's feet."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.stores.models import Store
from tests import factories


@pytest.fixture
def database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Its name. Django works on it, beside the one of other tests."""
    ours = connections["default"].settings_dict
    kept, name = ours["NAME"], f"{ours['NAME']}_apart"
    _forget(name)
    with _server() as server:
        template = sql.Identifier(os.environ["AFTERCARE_TEST_TEMPLATE"])
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
    with django_db_blocker.unblock():
        connections.close_all()
        ours["NAME"] = name
        try:
            yield name
        finally:
            connections.close_all()
            ours["NAME"] = kept
    _forget(name)


@pytest.fixture
def home(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a secret key in it."""
    monkeypatch.delenv("AFTERCARE_SECRET_KEY", raising=False)
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    (settings.HOME / "secret_key").write_text(settings.SECRET_KEY)
    return settings.HOME


@pytest.fixture
def juniper(database: str) -> Store:
    """The shop, in that database."""
    return factories.make_store()


def databases(name: str) -> list[str]:
    """Every database of the server whose name begins so."""
    with _server() as server:
        found = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY 1", [name])
        return [row[0] for row in found]


def _forget(name: str) -> None:
    with _server() as server:
        for stale in databases(name):
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(stale)))


def _server() -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(**connection_parameters() | {"dbname": "postgres"}, autocommit=True)
