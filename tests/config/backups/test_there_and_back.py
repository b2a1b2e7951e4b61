"""A backup, and what comes of restoring it."""

import resource
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connections, transaction
from pytest_django.fixtures import Settings

from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.config.backups import manifest as manifests
from aftercare.config.backups.making import check_backup, make_backup, tables
from aftercare.config.backups.manifest import Manifest, NotABackup, read_manifest
from aftercare.config.backups.restoring import NotRestorable, Restored, restore_backup
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.models import Message, OutboxEntry
from aftercare.foundation.database.apart import connection_parameters
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.events.runner import install_cursors
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.config.backups.conftest import databases
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.factories import NOW

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def shop(juniper: Store) -> Store:
    """Sam has ordered, and a message about it is due."""
    with store_scope(juniper.pk):
        with_templates(juniper, NOW)
        order = make_order(make_customer(juniper, NOW), NOW)
        request_messages(requests=[request_for(order, NOW)], now=NOW)
    for number in ("#1", "#2"):
        with transaction.atomic():
            record([Fact(OrderPlaced(number, 100, "EUR", 1), juniper.pk, NOW, order_id=order.pk)], now=NOW)
    install_cursors(now=NOW)
    return juniper


@pytest.fixture
def backup(shop: Store, home: Path, tmp_path: Path) -> Path:
    return make(tmp_path / "all.backup")


def make(path: Path, *, with_key: bool = True, heard: Callable[[], object] = bool) -> Path:
    make_backup(path=path, with_key=with_key, on_table=heard, now=NOW)
    return path


def restore(path: Path, *, recall: bool | None = False) -> Restored:
    return restore_backup(path=path, recall=recall, on_table=bool, now=LATER)


def log() -> list[tuple[object, ...]]:
    return fetch("SELECT id, type, data FROM events_event ORDER BY tx, seq")


def test_what_was_is_again_and_what_came_between_is_kept_aside(shop: Store, backup: Path, database: str) -> None:
    written = log()
    with store_scope(shop.pk):
        make_order(make_customer(shop, NOW, email="late@example.com"), NOW, number="#late")
    done = restore(backup)
    assert log() == written
    with store_scope(shop.pk):
        assert Order.objects.count() == 1
    assert done.before == f"{database}_before_{LATER:%Y%m%d_%H%M%S}"
    assert databases(database) == [database, done.before]
    with psycopg.connect(**connection_parameters() | {"dbname": done.before}) as before:
        assert before.execute("SELECT count(*) FROM orders_order").fetchone() == (2,)


@pytest.mark.usefixtures("shop", "home")
def test_a_log_of_a_busier_server_is_numbered_anew_and_read_on(tmp_path: Path) -> None:
    fetch("UPDATE events_event SET tx = '900000000000' RETURNING 1")
    fetch("UPDATE events_cursor SET tx = '900000000000', seq = 0 RETURNING 1")
    written = log()
    done = restore(make(tmp_path / "busy.backup"))
    assert done.renumbered
    assert log() == written
    assert fetch("SELECT bool_and(tx < pg_snapshot_xmin(pg_current_snapshot())) FROM events_event") == [(True,)]
    assert set(fetch("SELECT tx::text, seq FROM events_cursor")) == {("1", 0)}


@pytest.mark.usefixtures("home")
def test_it_is_taken_of_one_moment(shop: Store, tmp_path: Path) -> None:
    """Whoever orders while it is being written is not in it, and breaks nothing."""
    late = iter([shop])

    def order_meanwhile() -> None:
        for store in late:
            with store_scope(store.pk):
                make_order(make_customer(store, NOW, email="late@example.com"), NOW, number="#late")
            connections.close_all()

    made = make(tmp_path / "all.backup", heard=order_meanwhile)
    assert read_manifest(made).counts["orders"] == 1
    restore(made)
    with store_scope(shop.pk):
        assert Order.objects.count() == 1


@pytest.mark.usefixtures("shop", "home")
def test_it_is_for_its_owner_alone_and_tells_how_far_it_is(tmp_path: Path) -> None:
    heard: list[None] = []
    made = make(tmp_path / "all.backup", heard=lambda: heard.append(None))
    assert made.stat().st_mode & 0o777 == 0o600
    assert 0 < len(heard) <= tables()
    assert [one.name for one in tmp_path.iterdir() if one.name != "home"] == ["all.backup"]


@pytest.mark.parametrize("recall", [True, False])
def test_messages_on_their_way_are_sent_or_not_as_one_says(shop: Store, backup: Path, *, recall: bool) -> None:
    with pytest.raises(NotRestorable, match="1 messages were about to be sent"):
        restore(backup, recall=None)
    done = restore(backup, recall=recall)
    assert (done.unsent, done.recalled) == (1, recall)
    with store_scope(shop.pk):
        message = Message.objects.get()
        assert (message.state, OutboxEntry.objects.count()) == (("dropped", 0) if recall else ("queued", 1))
        assert ("Restored from a backup" in message.detail) == recall
    assert [row[1] for row in log()].count("message.dropped") == recall


@pytest.mark.usefixtures("shop")
def test_a_key_comes_along_and_the_other_stays(backup: Path, home: Path, settings: Settings) -> None:
    wanted = settings.SECRET_KEY
    settings.SECRET_KEY = "another " * 8
    (home / "secret_key").write_text(settings.SECRET_KEY)
    restore(backup)
    assert (home / "secret_key").read_text() == wanted
    assert (home / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [one.read_text() for one in home.glob("secret_key.before_*")] == [settings.SECRET_KEY]


class TestRefusals:
    """Nothing has changed after any of them."""

    @pytest.fixture(autouse=True)
    def unchanged(self, database: str, shop: Store) -> object:
        yield
        connections.close_all()
        assert databases(database) == [database]
        with store_scope(shop.pk):
            assert Order.objects.count() == 1

    def test_a_key_of_the_environment_is_not_replaced(
        self, backup: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AFTERCARE_SECRET_KEY", "x")
        settings.SECRET_KEY = "another " * 8
        with pytest.raises(NotRestorable, match="another secret key"):
            restore(backup)

    @pytest.mark.usefixtures("home")
    def test_one_without_its_key_needs_that_key(self, tmp_path: Path, settings: Settings) -> None:
        made = make(tmp_path / "bare.backup", with_key=False)
        with zipfile.ZipFile(made) as archive:
            assert "secret_key" not in archive.namelist()
        settings.SECRET_KEY = "another " * 8
        with pytest.raises(NotRestorable, match="another secret key"):
            restore(made)

    def test_somebody_at_work_is_not_cut_off(self, backup: Path) -> None:
        with psycopg.connect(**connection_parameters()), pytest.raises(NotRestorable, match="is using"):
            restore(backup)

    @pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
    def test_a_file_cut_short_is_none(self, backup: Path, share: float) -> None:
        whole = backup.read_bytes()
        backup.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(NotABackup):
            restore(backup)

    def test_a_file_with_one_wrong_byte_is_none(self, backup: Path) -> None:
        content = bytearray(backup.read_bytes())
        content[len(content) // 2] ^= 0xFF
        backup.write_bytes(content)
        with pytest.raises(NotABackup, match="damaged"):
            restore(backup)

    def test_one_of_a_newer_version_is_left_alone(self, backup: Path) -> None:
        found = read_manifest(backup)
        newer = found.model_copy(update={"migrations": {**found.migrations, "orders": "0999_tomorrow"}})
        rewrite(backup, newer)
        with pytest.raises(NotABackup, match="newer than this"):
            restore(backup)

    def test_one_that_counts_more_than_it_holds_is_not_whole(self, backup: Path) -> None:
        found = read_manifest(backup)
        rewrite(backup, found.model_copy(update={"counts": {**found.counts, "orders": 7}}))
        with pytest.raises(NotABackup, match="1 of 7 orders"):
            restore(backup)

    @pytest.mark.usefixtures("home")
    def test_a_disk_that_is_full_leaves_no_half_file(self, tmp_path: Path) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
        try:
            with pytest.raises(OSError, match="too large"):
                make(tmp_path / "all.backup")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        assert [one.name for one in tmp_path.iterdir()] == ["home"]


def rewrite(path: Path, manifest: Manifest) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**parts, manifests.MANIFEST: manifest.model_dump_json().encode()}.items():
            archive.writestr(name, content)
    check_backup(path)
