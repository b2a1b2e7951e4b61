"""Tables of meanings, and what every translation shares."""

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from aftercare.commerce.shipments.carriers import registry
from aftercare.commerce.shipments.schemas import ScanIn
from aftercare.commerce.shipments.translation import (
    TABLES,
    Meaning,
    Window,
    first_address,
    joined,
    meaning,
    meanings,
    news_of,
)
from aftercare.commerce.shipments.vocabulary import Reason, StatusWord

CARRIERS = sorted(table.name.removesuffix(".toml") for table in TABLES.iterdir())
# What may go wrong with a parcel has a reason, were it only that nobody said which.
NEEDS_REASON = {"on_hold", "delivery_delayed"}


def test_there_are_tables_and_each_is_a_carrier_s() -> None:
    homes = {type(carrier).__module__.rpartition(".")[2] for carrier in registry}
    assert set(CARRIERS) <= homes
    assert len(CARRIERS) == len(set(CARRIERS)) >= 5


@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_word_of_a_table_is_one_of_ours(carrier: str) -> None:
    table = meanings(carrier)
    assert {said.status for said in table.values()} <= set(get_args(StatusWord))
    assert {said.reason for said in table.values()} <= {"", *Reason}
    assert [code for code, said in table.items() if said.status in NEEDS_REASON and not said.reason] == []


@pytest.mark.parametrize("carrier", CARRIERS)
def test_every_table_knows_a_whole_journey(carrier: str) -> None:
    statuses = {said.status for said in meanings(carrier).values()}
    assert statuses >= {"pending", "in_transit", "ready_for_pickup", "delivered", "delivery_failed", "return_to_sender"}


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("2026-11-24", "2026-11-25T05:59:59Z"),
        ("2026-11-24T00:00:00Z", "2026-11-25T05:59:59Z"),
        ("2026-11-24T18:00:00", "2026-11-25T00:00:00Z"),
        ("2026-11-24T18:00:00Z", "2026-11-24T18:00:00Z"),
    ],
)
def test_a_day_is_expected_until_it_ends_where_the_store_is(said: str, by: str) -> None:
    scan = ScanIn(at=datetime(2026, 11, 23, tzinfo=UTC), status="in_transit")
    window = Window(by=datetime.fromisoformat(said))
    (news,) = news_of(number="1", scans=[scan], zone=ZoneInfo("America/Chicago"), window=window)
    assert news.expected_by == datetime.fromisoformat(by)


def test_the_first_code_that_is_known_counts() -> None:
    table = {"a": Meaning("delivered"), "b": Meaning("on_hold", "customs_delay")}
    assert meaning(table, "x", "b", "a") == ("on_hold", "customs_delay")
    assert meaning(table, "x", "") == ("unknown", "")


def test_parts_are_joined_once_each() -> None:
    assert joined(["Singapore", "", "Singapore", "SG"], by=", ") == "Singapore, SG"


@pytest.mark.parametrize(
    ("attached", "address"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ([{"type": "signature"}, {"url": "https://a.example/2"}], "https://a.example/2"),
        ([None, 7, "javascript:alert(1)"], ""),
        ({"url": {"deep": True}}, ""),
        (None, ""),
    ],
)
def test_the_first_web_address_that_is_attached(attached: Any, address: str) -> None:
    assert first_address(attached) == address
