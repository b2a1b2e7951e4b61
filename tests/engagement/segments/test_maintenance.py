"""Memberships follow what happens and what time does, are told once, and agree with a computation from scratch."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.customers.actions import merge_customers, publish_traits, set_consent, unmerge
from aftercare.commerce.customers.models import Merge
from aftercare.commerce.orders.events import OrderDelivered
from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.events import ShipmentDelayed
from aftercare.engagement.segments.actions import archive_segment, change_segment
from aftercare.engagement.segments.actions.lists import put_on_list
from aftercare.engagement.segments.definition import read_definition
from aftercare.engagement.segments.models import Member
from aftercare.foundation.stores.models import Store
from tests.engagement.segments.cast import (
    DAY,
    buy,
    compute,
    condition,
    group,
    happen,
    hear,
    make_list,
    make_segment,
    members,
    moves,
    people,
    sizes_agree,
    wait,
)
from tests.factories import NOW, make_order

pytestmark = pytest.mark.django_db
DELIVERED = OrderDelivered("#1")


def test_whoever_fits_is_in_from_the_beginning_without_having_entered(shop: Store) -> None:
    people(shop, "sam")
    people(shop, "ada", country="AT")
    found = make_segment(shop, condition("country", countries=["DE"]))
    assert members(found) == ["sam"]
    assert moves(found) == []
    sizes_agree(found)


def test_an_event_lets_in_and_out_once_however_often_it_is_heard_of(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    found = make_segment(shop, condition("performed", event="order.delivered", times=2))
    happen(DELIVERED, sam, ada)
    hear()
    assert members(found) == []
    happen(DELIVERED, sam)
    hear()
    hear()
    assert members(found) == ["sam"]
    assert moves(found) == [("entered", "sam")]
    sizes_agree(found)


def test_traits_and_consents_are_followed(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    gold = make_segment(shop, condition("trait", name="tier", values=["gold"]))
    willing = make_segment(shop, condition("consent", purpose="marketing"))
    publish_traits(store_id=shop.pk, rows=[(sam.pk, {"tier": "gold"})], by="test", now=NOW)
    set_consent(
        customer=ada, purpose="marketing", channel="email", granted=True, source="page", wording="", by="test", now=NOW
    )
    hear()
    assert (members(gold), members(willing)) == (["sam"], ["ada"])
    publish_traits(store_id=shop.pk, rows=[(sam.pk, {"tier": None})], by="test", now=NOW)
    hear()
    assert members(gold) == []
    assert moves(gold) == [("entered", "sam"), ("left", "sam")]


def test_who_comes_later_is_asked_too(shop: Store) -> None:
    found = make_segment(shop, condition("orders", opposite=True, count=1))
    people(shop, "sam")
    hear()
    assert members(found) == ["sam"]


def test_a_cancelled_order_never_was(shop: Store) -> None:
    (sam,) = people(shop, "sam")
    found = make_segment(shop, condition("order_value", amount="30", currency="EUR"))
    buy(shop, sam, "1")
    hear()
    assert members(found) == ["sam"]
    make_order(shop, id="1", number="#1", email=sam.email, placed_at=NOW.isoformat(), cancelled_at=NOW.isoformat())
    assert Order.objects.get().cancelled_at
    hear()
    assert members(found) == []


def test_time_lets_out_and_in(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    recent = make_segment(shop, condition("performed", event="order.delivered", within_days=30), name="Recent")
    lapsed = make_segment(shop, condition("last_time", event="order.delivered", days=30), name="Lapsed")
    happen(DELIVERED, sam, at=NOW - 29 * DAY)
    happen(DELIVERED, ada, at=NOW)
    hear()
    assert (members(recent), members(lapsed)) == (["ada", "sam"], [])
    wait(NOW + timedelta(hours=23))
    assert (members(recent), members(lapsed)) == (["ada", "sam"], [])
    wait(NOW + DAY)
    assert (members(recent), members(lapsed)) == (["ada"], ["sam"])
    wait(NOW + 40 * DAY)
    assert (members(recent), members(lapsed)) == ([], ["ada", "sam"])
    assert moves(recent) == [("entered", "sam"), ("entered", "ada"), ("left", "sam"), ("left", "ada")]
    sizes_agree(recent, lapsed)


def test_for_how_long_counts_from_the_beginning_after_the_last_end(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    waits = make_segment(shop, condition("state", begins="shipment.delayed", ends="order.delivered", days=5))
    delayed = ShipmentDelayed("#1", "shp_1", "DHL", "N1")
    for days in (9, 4, 1):
        happen(delayed, sam, ada, at=NOW - days * DAY)
    happen(DELIVERED, ada, at=NOW - 6 * DAY)
    hear()
    assert members(waits) == ["sam"]
    wait(NOW + DAY)
    assert members(waits) == ["ada", "sam"], "five days after the first delay since the delivery"
    happen(DELIVERED, sam, at=NOW + DAY)
    hear(NOW + DAY)
    assert members(waits) == ["ada"]


def test_segments_refer_to_each_other_and_to_lists(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    chosen = make_list(shop)
    buyers = make_segment(shop, condition("orders", count=1), name="Buyers")
    both = make_segment(
        shop, condition("in_segment", segment=buyers.public_id), condition("in_segment", segment=chosen.public_id)
    )
    buy(shop, sam, "1")
    buy(shop, ada, "2")
    hear()
    put_on_list(segment=chosen, customer_ids=[sam.pk], now=NOW)
    hear()
    assert (members(buyers), members(both)) == (["ada", "sam"], ["sam"])
    long_since = make_segment(shop, condition("in_segment", segment=both.public_id, for_days=7))
    assert members(long_since) == []
    wait(NOW + 7 * DAY)
    assert members(long_since) == ["sam"]


def test_what_refers_to_a_changed_segment_is_computed_anew_in_silence(shop: Store) -> None:
    people(shop, "sam")
    people(shop, "ada", country="AT")
    inner = make_segment(shop, condition("country", countries=["DE"]), name="Inner")
    outer = make_segment(shop, condition("in_segment", segment=inner.public_id), name="Outer")
    definition = read_definition(group(condition("country", countries=["AT"])))
    inner.refresh_from_db()
    change_segment(
        segment=inner, name="Inner", description="", definition=definition, revision=inner.revision, by="t", now=NOW
    )
    compute()
    assert (members(inner), members(outer)) == (["ada"], ["ada"])
    assert moves(inner) == moves(outer) == []


def test_merged_people_are_one_and_separated_again_two(shop: Store) -> None:
    sam, twin = people(shop, "sam", "twin")
    twice = make_segment(shop, condition("performed", event="order.delivered", times=2), name="Twice")
    rich = make_segment(shop, condition("order_value", amount="70", currency="EUR"), name="Rich")
    chosen = make_list(shop)
    put_on_list(segment=chosen, customer_ids=[twin.pk], now=NOW)
    happen(DELIVERED, sam, twin)
    buy(shop, sam, "1")
    buy(shop, twin, "2")
    hear()
    assert (members(twice), members(rich), members(chosen)) == ([], [], ["twin"])
    merge_customers(survivor=sam, absorbed=twin, by="test", now=NOW)
    hear()
    assert (members(twice), members(rich), members(chosen)) == (["sam"], ["sam"], ["sam"])
    unmerge(merge=Merge.objects.get(), by="test", now=NOW)
    hear()
    assert (members(twice), members(rich)) == ([], [])
    sizes_agree(twice, rich, chosen)


def test_an_archived_segment_lets_everybody_go_in_silence(shop: Store) -> None:
    people(shop, "sam")
    found = make_segment(shop, condition("country", countries=["DE"]))
    archive_segment(segment=found, by="test", now=NOW)
    compute()
    assert members(found) == []
    assert moves(found) == []
    people(shop, "ada")
    hear()
    assert not Member.objects.exists()


def test_what_happened_before_segments_were_there_counts(shop: Store, now: datetime) -> None:
    (sam,) = people(shop, "sam")
    happen(DELIVERED, sam, at=now - DAY)
    buy(shop, sam, "1")
    found = make_segment(
        shop, condition("performed", event="order.delivered"), condition("orders", count=1)
    )  # fmt: skip
    assert members(found) == ["sam"], "nobody has heard of it, but the past is read first"
