"""Checklists that shoppers tick off from their order, and what staff and journeys learn of it."""

import pytest

from aftercare.commerce.orders.models import Order
from aftercare.engagement.content.actions import tick_step
from aftercare.engagement.content.models import Followed
from aftercare.engagement.content.queries import checklist_figures, reader_of_guide
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.commerce.shipments.parcels import told
from tests.engagement.content.guides import make_guide
from tests.factories import NOW, line_in, make_order, make_product, make_store
from tests.staffing import Staff
from tests.visiting import path_of, visitor, words_of


@pytest.fixture
def order(store: Store) -> Order:
    """One jug, with a checklist of two steps."""
    with store_scope(store.pk):
        jug = make_product(store)
        make_guide(store, kind="checklist", product_ids=(jug.pk,))
        return make_order(store, lines=[line_in(product="jug")])


def tick(order: Order, store: Store, step: str, done: str = "1", expect: int = 302) -> None:
    answer = visitor().post(f"{path_of(order, store)}guides/first-day/", {"step": step, "done": done})
    assert answer.status_code == expect


def test_a_guest_ticks_off_unticks_and_completes_once(order: Order, store: Store) -> None:
    for step, done in (("1", "1"), ("1", "1"), ("1", "0"), ("1", "1"), ("2", "1"), ("2", "0"), ("2", "1")):
        tick(order, store, step, done)

    assert told(store, "guide.opened") == ["guide.opened"]
    assert told(store, "checklist.") == [
        "checklist.step_done", "checklist.step_undone", "checklist.step_done", "checklist.step_done",
        "checklist.completed", "checklist.step_undone", "checklist.step_done",
    ]  # fmt: skip
    words = words_of(visitor().get(f"{path_of(order, store)}guides/first-day/").content.decode())
    assert "2 of 2 done" in words
    assert "2 of 2 done" in words_of(visitor().get(path_of(order, store)).content.decode())


@pytest.mark.parametrize("step", ["0", "3", "", "²", "1e3", "9999999999", "\x00"])
def test_a_step_that_there_is_not_changes_nothing(order: Order, store: Store, step: str) -> None:
    tick(order, store, step)
    assert told(store, "checklist.") == []


def test_only_the_orders_own_link_ticks(order: Order, store: Store) -> None:
    mallory = make_store("mallory")
    path = path_of(order, store).replace("/s/juniper/", "/s/mallory/")
    assert visitor().post(f"{path}guides/first-day/", {"step": "1", "done": "1"}).status_code == 404
    with store_scope(mallory.pk):
        assert reader_of_guide(store_id=mallory.pk, order_public_id=order.public_id, slug="first-day") is None
        assert checklist_figures(store_id=mallory.pk, slug="first-day").begun == 0
    with store_scope(store.pk):
        assert not Followed.objects.exists()


def test_a_guide_to_something_else_leads_to_its_public_page(order: Order, store: Store) -> None:
    with store_scope(store.pk):
        make_guide(store, slug="other")
    answer = visitor().get(f"{path_of(order, store)}guides/other/")
    assert (answer.status_code, answer["Location"]) == (302, "/s/juniper/guides/other/")


def test_staff_see_where_customers_stop(order: Order, store: Store) -> None:
    with store_scope(store.pk):
        second = make_order(store, id="2", number="#2", lines=[line_in(product="jug")])
        guide = make_guide(store, kind="checklist", product_ids=None)
    for one, steps in ((order, "12"), (second, "1")):
        for step in steps:
            tick(one, store, step)

    olga = Staff(store)
    assert "2 began, 1 finished." in words_of(olga.see("guide", guide.public_id))
    answer = caller_for(store).get("/guides/first-day/progress").body
    assert answer == {
        "begun": 2, "finished": 1,
        "steps": [{"step": 1, "ticked": 2, "stopped": 0}, {"step": 2, "ticked": 1, "stopped": 1}],
    }  # fmt: skip


def test_a_checklist_is_one_numbered_list(shop: Store) -> None:
    for body in ("Only words.", "1. One.\n\nText.\n\n1. Two."):
        with pytest.raises(Invalid) as caught:
            make_guide(shop, kind="checklist", body=body)
        assert caught.value.field == "body"


def test_ticks_of_steps_that_are_gone_go_with_them(order: Order, store: Store) -> None:
    tick(order, store, "2")
    with store_scope(store.pk):
        shorter = make_guide(store, kind="checklist", body="1. Only this.", product_ids=None)
        reader = reader_of_guide(store_id=store.pk, order_public_id=order.public_id, slug="first-day")
        assert reader is not None
        tick_step(guide=shorter, reader=reader, step=1, steps=1, done=True, now=NOW)
        assert Followed.objects.get().done == [1]
    assert told(store, "checklist.completed") == ["checklist.completed"]
