"""Notices from the draft to the proof that they were read."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from aftercare.commerce.orders.models import Order
from aftercare.engagement.messaging.models import Message
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.types import message_type
from aftercare.engagement.notices.actions import (
    address_orders,
    end_notice,
    publish_notice,
    remind_unread,
    send_due,
    write_notice,
)
from aftercare.engagement.notices.audience import count_audience
from aftercare.engagement.notices.errors import NotInThisState
from aftercare.engagement.notices.models import Addressee, Notice
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import MESSAGES, NoticeState
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.events.reader import load
from aftercare.foundation.events.subscriptions import subscriber
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.calling import caller_for
from tests.commerce.shipments.parcels import events, told
from tests.factories import NOW, line_in, make_order, make_product, make_store
from tests.staffing import Staff
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.usefixtures("frozen")
RECALL = {"severity": "recall", "title": "Handle may come loose", "text": "Stop using it."}


def sold(store: Store, number: str, **line: Any) -> Order:
    return make_order(
        store, id=number, number=f"#{number}", email=f"{number}@example.com", lines=[line_in(product="jug", **line)]
    )


def draft(store: Store, **given: Any) -> Notice:
    product = make_product(store)
    told = NoticeIn.model_validate({**RECALL, "product": product.public_id, **given})
    return write_notice(store=store, told=told, by="staff:olga", now=NOW)


def publish(notice: Notice) -> int:
    return publish_notice(notice=notice, by="staff:olga", now=NOW)


def send(at: Any = NOW) -> int:
    with across_stores("a loop serves every store"):
        return send_due(at)


def hear_of(*orders: Order) -> int:
    """Let the subscriber read what was recorded of these orders; answers how many are addressed by now."""
    reader = subscriber("notices.address_later_orders")
    assert reader
    with across_stores("subscribers hear of every store"):
        rows = EventRow.objects.filter(type__in=reader.types, order_id__in=[order.pk for order in orders])
        reader.handle([told for row in rows if (told := load(row.pk))], now=NOW)
        return int(Addressee.objects.count())


@pytest.mark.parametrize(
    ("about", "reached"),
    [
        ({}, {"#1", "#2", "#3", "#4"}),
        ({"batches": "l7"}, {"#1", "#2"}),
        ({"serial_from": "A-2", "serial_to": "A-30"}, {"#2", "#3"}),
        ({"batches": "L7", "serial_from": "A-20", "serial_to": "A-30"}, {"#1", "#2", "#3"}),
        ({"sku": "SKU-jug"}, {"#1", "#2", "#3", "#4"}),
        ({"batches": "L9"}, set()),
    ],
)
def test_it_reaches_who_has_one_of_them(shop: Store, about: dict[str, str], reached: set[str]) -> None:
    make_product(shop)
    sold(shop, "1", batch="L7", serials="B-5")
    sold(shop, "2", batch="L7", serials="A-1 A-0002")
    sold(shop, "3", serials="a-20 A-x")
    sold(shop, "4", batch="L8", serials="AA-20", refunded_quantity=1)
    sold(shop, "5", batch="L7", serials="A-20", cancelled_quantity=1)
    make_order(shop, id="6", number="#6", lines=[line_in(sku="other", batch="L7")])
    notice = draft(shop, **about)
    assert count_audience(notice) == len(reached) == publish(notice)
    assert {one.order.number for one in Addressee.objects.select_related("order")} == reached


def test_all_are_told_once_per_round_in_sets(shop: Store, django_assert_max_num_queries: Any) -> None:
    make_product(shop)
    for number in "1234":
        sold(shop, number)
    notice = draft(shop)
    assert publish(notice) == 4
    with django_assert_max_num_queries(30) as first:
        assert send() == 4
    assert send() == 0
    assert Message.objects.filter(message_type="product_recall").count() == 4
    Addressee.objects.filter(order__number__in=["#2", "#3", "#4"]).update(read_at=NOW)
    later = NOW + timedelta(days=1)
    assert remind_unread(notice=notice, now=later) == 1
    with django_assert_max_num_queries(len(first)):
        assert send(later) == 1
    assert [one.data["round"] for one in events(shop, "notice.sent")] == [1, 1, 1, 1, 2]


def test_the_severity_decides_the_legal_class() -> None:
    classes = {severity: message_type(key).legal_class for severity, key in MESSAGES.items()}
    assert classes == {
        "update": LegalClass.SERVICE, "safety": LegalClass.TRANSACTIONAL, "recall": LegalClass.TRANSACTIONAL,
    }  # fmt: skip


def test_only_a_draft_changes_and_only_what_is_published_ends(shop: Store) -> None:
    notice = draft(shop)
    for wrong in (lambda: end_notice(notice=notice, by="x", now=NOW), lambda: remind_unread(notice=notice, now=NOW)):
        with pytest.raises(NotInThisState):
            wrong()
    publish(notice)
    with pytest.raises(NotInThisState):
        publish(notice)
    again = NoticeIn.model_validate({**RECALL, "product": notice.product.public_id})
    with pytest.raises(NotInThisState):
        write_notice(store=shop, told=again, by="x", now=NOW, instead_of=notice)
    end_notice(notice=notice, by="x", now=NOW)
    assert Notice.objects.get().state == NoticeState.ENDED
    with pytest.raises(Invalid):
        draft(shop, sku="nothing")


@pytest.fixture
def recalled(store: Store) -> Order:
    """Sam's jug is recalled."""
    with store_scope(store.pk):
        make_product(store)
        order = sold(store, "1")
        publish(draft(store))
    send()
    return order


def test_the_owner_reads_and_acknowledges_on_the_orders_page(recalled: Order, store: Store) -> None:
    page = path_of(recalled, store)
    assert "Recall · Filter jug Handle may come loose Read it" in words_of(visitor().get(page).content.decode())
    with store_scope(store.pk):
        notice = Notice.objects.get()
    path = f"{page}notices/{notice.public_id}/"
    for _ in range(2):
        assert "I have read this" in words_of(visitor().get(path).content.decode())
    for _ in range(2):
        assert visitor().post(path).status_code == 302
    assert "We know that you have read this." in words_of(visitor().get(path).content.decode())
    assert told(store, "notice.")[2:] == ["notice.read", "notice.acknowledged"]
    with store_scope(store.pk):
        end_notice(notice=notice, by="x", now=NOW)
    assert visitor().get(path).status_code == 404
    assert "Handle" not in words_of(visitor().get(page).content.decode())


def test_nobody_elses_link_reads_it(recalled: Order, store: Store) -> None:
    mallory = make_store("mallory")
    with store_scope(store.pk):
        other, notice = make_order(store, id="9", number="#9"), Notice.objects.get()
    for page in (path_of(other, store), path_of(recalled, store).replace("juniper", "mallory")):
        assert visitor().post(f"{page}notices/{notice.public_id}/").status_code == 404
    assert caller_for(mallory).get(f"/notices/{notice.public_id}").status == 404
    assert Staff(mallory, email="m@mallory.example").get("notice", notice.public_id).status_code == 404
    assert told(store, "notice.read") == []


def test_staff_write_see_whom_it_reaches_publish_remind_and_export(store: Store) -> None:
    with store_scope(store.pk):
        make_product(store)
        order = sold(store, "1", batch="L7")
    olga = Staff(store)
    olga.do("notice_new", expect=422, **RECALL, product="Nothing")
    olga.do("notice_new", expect=422, **RECALL, product="Filter jug", serial_from="A1", serial_to="B1")
    olga.do("notice_new", **RECALL, product="Filter jug", batches="L7")
    with store_scope(store.pk):
        notice = Notice.objects.get().public_id
    assert "It reaches the owner of 1 order." in words_of(olga.see("notice", notice))
    olga.do("notice_write", notice, **{**RECALL, "title": "Handle breaks"}, product="Filter jug", batches="L7, L8")
    for do in ("publish", "publish", "remind"):
        olga.do("notice_act", notice, do=do)
    send()
    assert "#1 Sam Shopper" in words_of(olga.see("notice", notice))
    lines = b"".join(olga.get("notice_export", notice, unread="1").streaming_content).decode().splitlines()
    assert len(lines) == 2
    olga.do("notice_note", notice, order=order.public_id)
    assert "Everybody has read it." in words_of(olga.see("notice", notice))
    assert "Handle breaks" in words_of(olga.see("notices"))
    olga.do("notice_act", notice, do="end")
    analyst = Staff(store, Role.ANALYST, "ana@juniper.example")
    analyst.do("notice_act", notice, expect=403, do="publish")
    analyst.do("notice_new", expect=403, **RECALL)


def test_pages_take_as_many_queries_for_three_as_for_one(recalled: Order, store: Store) -> None:
    olga = Staff(store)
    with store_scope(store.pk):
        notice = Notice.objects.get()
    once = [olga.count_queries("notices"), olga.count_queries("notice", notice.public_id)]
    with store_scope(store.pk):
        for number in "23":
            sold(store, number)
        second = draft(store)
        publish(second)
        draft(store)
    assert [olga.count_queries("notices"), olga.count_queries("notice", second.public_id)] == once


def test_by_api(store: Store) -> None:
    with store_scope(store.pk):
        product = make_product(store)
        order = sold(store, "1")
    caller = caller_for(store)
    made = caller.post("/notices", {**RECALL, "product": product.public_id}).body
    path = f"/notices/{made['id']}"
    assert caller.get(f"{path}/reach").body["audience"] == 1
    assert caller.post(f"{path}/publish").body["audience"] == 1
    assert caller.post(f"{path}/publish").problem[:2] == (409, "not_in_this_state")
    assert [one["number"] for one in caller.get(f"{path}/addressees", unread="true").body["items"]] == ["#1"]
    assert caller.post(f"{path}/addressees/{order.public_id}/acknowledge").body == {"accepted": True}
    assert caller.get(f"{path}/addressees", unread="true").body["items"] == []
    assert caller.post(f"{path}/remind").body["read"] == 1
    assert caller.post(f"{path}/end").body["state"] == "ended"
    assert len(caller.get("/notices").body["items"]) == 1


def test_whoever_buys_or_is_known_to_have_one_only_later_is_told_too_and_once(shop: Store) -> None:
    make_product(shop)
    assert publish(draft(shop, batches="L7")) == 0
    bought, other = sold(shop, "1", batch="L7"), sold(shop, "2", batch="L8")
    unknown = sold(shop, "3")
    hear = partial(hear_of, bought, other, unknown)

    assert [hear(), hear(), send(), send()] == [1, 1, 1, 0]
    unknown.lines.update(batch="l7")
    assert [hear(), send()] == [2, 1]
    assert {one.order.number for one in Addressee.objects.select_related("order")} == {"#1", "#3"}
    assert Message.objects.filter(message_type="product_recall").count() == 2


def test_of_a_notice_that_ended_nobody_hears_later(shop: Store) -> None:
    make_product(shop)
    notice = draft(shop)
    publish(notice)
    end_notice(notice=notice, by="staff:olga", now=NOW)
    assert hear_of(sold(shop, "1")) == 0


def test_orders_that_hold_nothing_of_it_cost_one_query_however_many(
    shop: Store, django_assert_num_queries: Any
) -> None:
    make_product(shop)
    publish(draft(shop))
    others = [make_order(shop, id=n, number=n, lines=[line_in(sku="other")]) for n in "123"]
    for orders in (others[:1], others):
        with across_stores("subscribers hear of every store"), django_assert_num_queries(1):
            address_orders(order_ids=[order.pk for order in orders], now=NOW)
