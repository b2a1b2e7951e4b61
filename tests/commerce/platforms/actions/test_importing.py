"""A file from its first line to its rejects."""

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftercare.commerce.customers.models import Customer
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.orders.models import Line, Order
from aftercare.commerce.platforms.actions import Feed, import_file
from aftercare.commerce.platforms.errors import BadMapping, DatabaseLost, RejectsInTheWay, UnreadableFile
from aftercare.commerce.platforms.importable import Importable, kinds
from aftercare.commerce.platforms.importable.customers import Customers
from aftercare.commerce.platforms.models import ImportRun
from aftercare.commerce.platforms.report import Report
from aftercare.foundation.database import persistence
from aftercare.foundation.kit.errors import Invalid, NotFound
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests import factories
from tests.commerce.platforms.feeding import feed, write
from tests.conftest import NOW

PEOPLE = "id,email,name\n1,sam@example.org,Sam\n2,kim@example.org,Kim\n3,nobody,Nobody\n4,ali@example.org\n"
ORDERS = """id,number,placed_at,currency,total,email,lines.id,lines.title,lines.unit_price
1,#1,2026-11-01T10:00:00Z,EUR,30,sam@example.org,a,Filter,10
1,#1,,,,,b,Jug,20
2,#2,2026-11-02T10:00:00Z,EUR,7,sam@example.org,a,Lid,7
"""


def counts(report: Report) -> dict[str, int]:
    """What is not nought."""
    return {name: count for name, count in report.counts.items() if count}


def test_good_rows_come_in_and_bad_ones_come_back(store: Store) -> None:
    report = feed(store, write("people.csv", PEOPLE))
    assert counts(report) == {"read": 4, "created": 2, "rejected": 2}
    assert [problem.what for problem in report.problems.most_frequent()] == [
        "email … is not an e-mail address", "number of cells",
    ]  # fmt: skip
    with store_scope(store.pk):
        assert set(Customer.objects.values_list("name", flat=True)) == {"Sam", "Kim"}


def test_what_came_back_is_corrected_and_comes_in(store: Store) -> None:
    report = feed(store, write("people.csv", PEOPLE))
    text = Path(report.rejects_path).read_text(encoding="utf-8")
    corrected = text.replace("nobody", "nobody@example.org").replace("4,ali@example.org", "4,ali@example.org,Ali")
    again = feed(store, write("corrected.csv", corrected))
    assert counts(again) == {"read": 2, "created": 2}
    assert counts(feed(store, "people.csv")) == {"read": 4, "unchanged": 2, "rejected": 2}


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz", "people.tsv"])
def test_feeding_a_file_twice_changes_nothing(store: Store, name: str) -> None:
    text = PEOPLE.replace(",", "\t") if name.endswith("tsv") else PEOPLE
    path = write(name, "\ufeff" + text.replace("\n", "\r\n"))
    assert counts(feed(store, path))["created"] == 2
    assert counts(feed(store, path)) == {"read": 4, "unchanged": 2, "rejected": 2}


def test_the_rows_of_an_order_make_one_order_and_a_bad_one_holds_all_of_them_back(store: Store) -> None:
    report = feed(store, write("orders.csv", ORDERS.replace("Jug,20", "Jug,cheap")), "orders")
    assert counts(report) == {"read": 2, "created": 1, "rejected": 1}
    rows = Path(report.rejects_path).read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[9:12] for row in rows[1:]] == [
        ["2", "", "waits for line 3 of the same record"],
        ["3", "lines.unit_price", "'cheap' is not an amount"],
    ]
    again = feed(store, write("again.csv", "\n".join(rows).replace("Jug,cheap", "Jug,20")), "orders")
    assert counts(again) == {"read": 1, "created": 1}
    with store_scope(store.pk):
        assert Line.objects.filter(order__external_id="1").count() == 2


def test_an_order_whose_rows_are_scattered_is_not_taken_for_a_new_version(store: Store) -> None:
    first, second, third = ORDERS.splitlines(keepends=True)[1:]
    path = write("orders.csv", ORDERS.splitlines(keepends=True)[0] + first + third + second)
    for chunk in (1, 1000):
        report = feed(store, path, "orders", chunk=chunk)
        (problem,) = report.problems.most_frequent()
        assert (report.rejected, problem.what) == (1, "id rows of one record are scattered")


def test_refusals_stand_at_their_place_in_the_file(store: Store) -> None:
    """What an order's own rules refuse, after its form was found good."""
    header, first, second, _ = ORDERS.splitlines()
    rows = [header + ",lines.cancelled_quantity", first + ",0", second + ",5"]
    report = feed(store, write("orders.csv", "\n".join(rows)), "orders")
    (problem,) = report.problems.most_frequent()
    assert (report.rejected, problem.first_line) == (1, 3)
    assert problem.what.startswith("lines.cancelled_quantity ")


def test_a_mapping_with_joins_conditions_and_warnings(store: Store) -> None:
    write("lines.csv", "order,n,title,price\nA,1,Filter,10\nA,2,Jug,20\n")
    write(
        "shop.toml",
        """
        zone = "Europe/Berlin"
        [orders]
        when = { column = "state", not = "draft" }
        [[orders.checks]]
        in_order = ["bought", "sent"]
        otherwise = "warn"
        [[orders.checks]]
        needed = "sent"
        when = { column = "state", is = "sent" }
        otherwise = "reject"
        [orders.join.items]
        file = "lines.csv"
        on = "order"
        many = true
        [orders.fields]
        id = "order"
        number = { template = "#{order}" }
        placed_at = "bought"
        currency = { constant = "EUR" }
        total = { sum = ["items.price"] }
        customer.email = { template = "{order}@example.org" }
        [[orders.fields.lines]]
        each = "items"
        id = "items.n"
        title = "items.title"
        unit_price = "items.price"
        """,
    )
    path = write(
        "shop.csv",
        "order,state,bought,sent\nA,sent,2026-11-02,2026-11-01\nB,sent,2026-11-02,\nC,draft,2026-11-02,\n"
        "D,paid,2026-11-02,\nE,paid,yesterday,\n",
    )
    report = feed(store, path, "orders", mapping=Path("shop.toml"))
    assert counts(report) == {"read": 5, "created": 1, "skipped": 1, "rejected": 3}
    assert [item.what for item in report.warnings.most_frequent()] == ["sent is before bought"]
    assert {item.what for item in report.problems.most_frequent()} == {
        "sent is empty", "lines.csv: price is missing", "bought is not a time",
    }  # fmt: skip
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.number, order.total, order.lines.count()) == ("#A", 3000, 2)


def test_joined_files_may_lie_elsewhere_than_the_file(store: Store) -> None:
    Path("tables").mkdir()
    write("tables/mail.csv", "no,mail\n1,sam@example.org\n")
    write("map.toml", "[customers.join.mail]\nfile='mail.csv'\non='no'\n[customers.fields]\nemail='mail.mail'\nid='no'")
    path = write("people.csv", "no\n1\n")
    with pytest.raises(UnreadableFile):
        feed(store, path, mapping=Path("map.toml"))
    assert feed(store, path, mapping=Path("map.toml"), folder=Path("tables")).created == 1


def test_a_mapping_reads_ndjson_too(store: Store) -> None:
    write("map.toml", "[customers.fields]\nid = 'ref.no'\nname = 'who'\n")
    path = write("people.ndjson", '{"ref": {"no": 12345678901234567890}, "who": "Sam"}\n{"ref": {"no": [1]}}\n{"x"\n')
    report = feed(store, path, mapping=Path("map.toml"))
    assert counts(report) == {"read": 3, "created": 1, "rejected": 2}


def test_a_dry_run_finds_everything_and_takes_nothing_in(store: Store) -> None:
    report = feed(store, write("people.csv", PEOPLE), dry_run=True)
    assert counts(report) == {"read": 4, "created": 2, "rejected": 2}
    with store_scope(store.pk):
        assert not Customer.objects.exists()
        assert not ImportRun.objects.exists()


def test_a_run_is_kept_with_what_came_of_it(store: Store) -> None:
    report = feed(store, write("people.csv", PEOPLE))
    with store_scope(store.pk):
        run = ImportRun.objects.get()
    assert (run.kind, run.source, run.file_name, run.by, run.state) == (
        "customers",
        "shop",
        "people.csv",
        "Olga",
        "finished",
    )
    assert (run.read, run.created, run.rejected, run.rejects_path) == (4, 2, 2, report.rejects_path)
    assert run.problems[0]["count"] == 1
    assert str(run) == "customers: people.csv"


def test_a_file_whose_name_is_no_text_is_a_file_all_the_same(store: Store) -> None:
    path = os.fsdecode(b"kund\xe9n.csv")
    write(path, PEOPLE)
    assert feed(store, path).created == 2
    with store_scope(store.pk):
        assert ImportRun.objects.get().file_name == "kund?n.csv"


def test_another_store_knows_nothing_of_it(store: Store) -> None:
    path = write("people.csv", PEOPLE)
    feed(store, path)
    other = factories.make_store("mallory")
    assert counts(feed(other, path))["created"] == 2
    with store_scope(other.pk):
        assert ImportRun.objects.count() == 1


def test_progress_ends_at_the_size_of_the_file(store: Store) -> None:
    told: list[int] = []
    path = write("people.csv.gz", PEOPLE)
    chosen = Feed(kind="customers", path=str(path), source="shop", by="Olga", chunk=1)
    import_file(store_id=store.pk, feed=chosen, clock=lambda: NOW, progress=told.append)
    assert (len(told), told[-1]) == (4, path.stat().st_size)


@pytest.mark.parametrize(
    ("path", "options", "refusal"),
    [
        ("nowhere.csv", {}, UnreadableFile),
        ("people.csv", {"mapping": Path("nowhere.toml")}, BadMapping),
        ("people.csv", {"rejects": Path("people.csv")}, RejectsInTheWay),
        ("people.csv", {"rejects": Path("no/such/folder/x.csv")}, RejectsInTheWay),
        ("people.csv", {"kind": "parrots"}, NotFound),
        ("people.csv", {"source": "x" * 41}, Invalid),
    ],
)
def test_what_cannot_be_done_at_all_is_refused_before_anything_is_written(
    store: Store, path: str, options: dict[str, Any], refusal: type[Exception]
) -> None:
    write("people.csv", PEOPLE)
    with pytest.raises(refusal):
        feed(store, path, **options)
    with store_scope(store.pk):
        assert not ImportRun.objects.exists()


def test_a_mapping_without_a_section_for_the_kind_is_refused(store: Store) -> None:
    write("map.toml", "[orders.fields]\nid = 'id'\n")
    with pytest.raises(BadMapping, match=r"no section \[customers\]"):
        feed(store, write("people.csv", PEOPLE), mapping=Path("map.toml"))


def test_a_damaged_archive_brings_in_what_it_held_before_the_damage(store: Store) -> None:
    lines = "".join(f'{{"id": "{number}", "name": "{number * 7919 % 10007:x}"}}\n' for number in range(5000))
    packed = gzip.compress(lines.encode())
    report = feed(store, write("half", packed[: len(packed) * 9 // 10]))
    assert report.state == "failed"
    assert isinstance(report.failure, UnreadableFile)
    assert report.read == report.created > 1000
    whole = feed(store, write("whole", packed))
    assert (whole.read, whole.unchanged) == (5000, report.created)


class Fragile(Customers):
    """Customers, with something that happens at a certain name."""

    happened = 0

    def record(self, *, things: Any, **context: Any) -> Any:
        for thing in things:
            if thing.name in {"division", "interrupt", "loss"} and self.happened < self.times:
                self.happened += 1
                getattr(self, thing.name)()
        return super().record(things=things, **context)

    times = 1

    def division(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def interrupt(self) -> None:
        raise KeyboardInterrupt

    def loss(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND backend_type = 'client backend' ORDER BY pid = pg_backend_pid()"
            )


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Importable[CustomerIn]:
    kind = Fragile()
    monkeypatch.setitem(kinds._kinds, "customers", kind)
    monkeypatch.setattr(persistence, "PAUSES", (0.01, 0.01))
    return kind


def people(*names: str) -> Path:
    return write("people.csv", "id,name\n" + "".join(f"{number},{name}\n" for number, name in enumerate(names, 1)))


def test_one_record_that_the_database_refuses_does_not_keep_the_others_out(store: Store, fragile: Fragile) -> None:
    fragile.times = 99
    report = feed(store, people("Sam", "Kim", "division", "Ali", "Bo"))
    assert counts(report) == {"read": 5, "created": 4, "rejected": 1}
    (problem,) = report.problems.most_frequent()
    assert (problem.first_line, "division by zero" in problem.example) == (4, True)


def test_whoever_interrupts_keeps_what_came_in(store: Store, fragile: Fragile) -> None:
    del fragile
    path = people("Sam", "Kim", "interrupt", "Ali")
    report = feed(store, path, chunk=2)
    assert (report.state, counts(report)) == ("interrupted", {"read": 2, "created": 2})
    with store_scope(store.pk):
        assert ImportRun.objects.get().state == "interrupted"
    assert counts(feed(store, path, chunk=2)) == {"read": 4, "created": 2, "unchanged": 2}


@pytest.mark.django_db(transaction=True)
def test_a_lost_connection_is_made_good(fragile: Fragile) -> None:
    """Both connections are lost: the one that writes, and the one whose temporary tables hold the joined file."""
    del fragile
    store = factories.make_store()
    write("mail.csv", "id,mail\n" + "".join(f"{number},{number}@example.org\n" for number in range(1, 9)))
    write(
        "map.toml",
        "[customers.join.m]\nfile='mail.csv'\non='id'\n[customers.fields]\nid='id'\nname='name'\nemail='m.mail'",
    )
    report = feed(store, people("A", "B", "loss", "D", "E", "F", "G", "H"), chunk=1, mapping=Path("map.toml"))
    assert (report.state, counts(report)) == ("finished", {"read": 8, "created": 8})
    with store_scope(store.pk):
        assert Customer.objects.filter(email="8@example.org").exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_away_is_told_and_nothing_is_half_done(fragile: Fragile) -> None:
    store = factories.make_store()
    fragile.times = 99
    path = people("A", "loss")
    report = feed(store, path, chunk=1)
    assert report.state == "failed"
    assert isinstance(report.failure, DatabaseLost)
    fragile.times = 0
    assert counts(feed(store, path, chunk=1)) == {"read": 2, "created": 1, "unchanged": 1}


ROWS = st.lists(
    st.one_of(
        st.sampled_from(
            ['{"id": 1}', '{"id": 1, "name": "Sam"}', '{"id": 2, "email": "x"}', '{"_line": 3}', "{}", "", "[]",
             '{"id": NaN}', '{"name": "only"}', '{"id": "1", "addresses": [{"city": "Berlin"}]}', '{"email": "s@t.org"}',
             '{"id": 9, "phone": "call me", "consents": [{"purpose": "marketing", "granted": 1}]}']
        ),
        st.text(max_size=12),
    ),
    max_size=12,
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, chunk=st.integers(1, 4))
def test_whatever_is_fed_every_record_is_accounted_for(rows: list[str], chunk: int, store: Store) -> None:
    report = feed(store, write("it.ndjson", '{"id": 0}\n' + "\n".join(rows)), chunk=chunk)
    assert report.state == "finished"
    assert report.read == report.created + report.changed + report.unchanged + report.skipped + report.rejected
    if report.rejected:
        again = feed(store, report.rejects_path)
        assert (again.read, again.rejected) == (report.rejected, report.rejected)
