"""Columns of other files."""

from pathlib import Path

import pytest

from aftercare.commerce.platforms.errors import BadMapping, UnreadableFile
from aftercare.commerce.platforms.files.records import Record, Row
from aftercare.commerce.platforms.mapping.document import JoinSpec, KindSpec
from aftercare.commerce.platforms.mapping.joined_files import JoinedFile, joined_files, load, look_up, rows_of
from aftercare.commerce.platforms.mapping.scope import RECORD, Scope
from tests.commerce.platforms.feeding import write

pytestmark = pytest.mark.django_db
ITEMS = "order,n,product\nA,1,P\nB,1,Q\nA,2,Q\n"


def opened(columns: list[str] | None = None, **joins: dict[str, object]) -> list[JoinedFile]:
    spec = KindSpec(fields={}, join={name: JoinSpec.model_validate(join) for name, join in joins.items()})
    return joined_files(spec, kind="orders", folder=Path(), columns=columns or ["id", "buyer"])


def found(files: list[JoinedFile], name: str, **cells: object) -> list[dict[str, object]]:
    load(files)
    record = Record([Row(2, cells)])
    scope = Scope({RECORD: record.rows}, look_up(files, [record]))
    return [dict(row.cells) for row in scope.rows(name)]


def test_rows_are_found_by_their_key_in_the_order_of_their_file() -> None:
    write("items.csv.gz", ITEMS)
    files = opened(items={"file": "items.csv.gz", "on": "id", "key": "order", "many": True})
    assert [row["n"] for row in found(files, "items", id=" A ")] == ["1", "2"]
    assert found(files, "items", id="Z") == []
    assert found(files, "items", id="") == []


def test_the_first_of_several_rows_counts_alone_where_that_is_asked_for() -> None:
    write("items.csv", ITEMS)
    files = opened(items={"file": "items.csv", "on": "id", "key": "order", "many": "first"})
    assert [row["n"] for row in found(files, "items", id="A")] == ["1"]


def test_joins_of_joins_see_the_rows_they_are_joined_to_whatever_order_they_stand_in() -> None:
    write("items.csv", ITEMS)
    write("products.csv", "product,title\nP,Filter\nQ,Jug\nR,Lid\n")
    files = opened(
        product={"file": "products.csv", "of": "items", "on": "product"},
        items={"file": "items.csv", "on": "id", "key": "order", "many": True},
    )
    assert [row["title"] for row in found(files, "product", id="A")] == ["Filter", "Jug"]


def test_ndjson_is_joined_by_path_and_keeps_its_objects() -> None:
    write("people.ndjson", '{"ref": {"no": 7}, "mail": "sam@example.org"}\n{"ref": 1}\n')
    files = opened(person={"file": "people.ndjson", "on": "buyer", "key": "ref.no"})
    assert found(files, "person", id="A", buyer=7) == [{"ref": {"no": 7}, "mail": "sam@example.org"}]
    assert rows_of(files)["person"].columns is None


def test_loading_again_replaces_what_was_there() -> None:
    write("items.csv", ITEMS)
    files = opened(items={"file": "items.csv", "on": "id", "key": "order", "many": True})
    load(files)
    assert len(found(files, "items", id="A")) == 2


@pytest.mark.parametrize("key", ["A\x00", "x" * 10_000, {"an": "object"}])
def test_a_key_that_no_row_can_have_finds_none(key: object) -> None:
    write("items.csv", ITEMS)
    files = opened(items={"file": "items.csv", "on": "id", "key": "order", "many": True})
    load(files)
    assert look_up(files, [Record([Row(2, {"id": key})])])["items"].found == {}


def test_a_key_that_should_stand_there_once_but_does_not_is_refused() -> None:
    write("items.csv", ITEMS)
    files = opened(items={"file": "items.csv", "on": "id", "key": "order"})
    with pytest.raises(BadMapping, match="several rows") as refused:
        load(files)
    assert "many = true" in refused.value.remedy


@pytest.mark.parametrize("line", [b"A,1\n", b"A,1,\xfc\n", b'A,1,"P\n'])
def test_a_row_that_cannot_be_read_stops_the_import_before_it_begins(line: bytes) -> None:
    """An order without one of its lines would be a wrong order that nobody notices."""
    write("items.csv", ITEMS.encode() + line)
    files = opened(items={"file": "items.csv", "on": "id", "key": "order", "many": True})
    with pytest.raises(UnreadableFile, match=r"items\.csv, line 5"):
        load(files)


@pytest.mark.parametrize(
    ("join", "place"),
    [
        ({"file": "items.csv", "on": "oder", "key": "order"}, "orders.join.items.on"),
        ({"file": "items.csv", "on": "id"}, "orders.join.items.key"),
        ({"file": "items.csv", "on": "id", "key": "order", "of": "nothing"}, "orders.join.items.of"),
    ],
)
def test_a_join_that_does_not_fit_is_named(join: dict[str, object], place: str) -> None:
    write("items.csv", ITEMS)
    with pytest.raises(BadMapping) as refused:
        opened(items=join)
    assert refused.value.field == place


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere\.csv"):
        opened(items={"file": "nowhere.csv", "on": "id"})
