"""Ownership at its doors: the order's page, the console and the API."""

from datetime import timedelta
from typing import Any

import pytest

from aftercare.commerce.orders.models import Order
from aftercare.engagement.ownership.actions import find_due, find_unused, record_usage, schedule_service
from aftercare.engagement.ownership.models import Schedule, Service, UsageRule
from aftercare.engagement.ownership.schemas import ScheduleIn, UsageIn
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import across_stores, store_scope
from tests.calling import caller_for
from tests.commerce.shipments.parcels import told
from tests.engagement.content.guides import make_guide
from tests.engagement.ownership.things import owned
from tests.factories import NOW, make_product, make_store
from tests.staffing import Staff
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.usefixtures("frozen")
FILTER = {"title": "Change the filter", "every": 30, "unit": "days", "category": "Kitchen", "guide": "filter"}


@pytest.fixture
def order(store: Store) -> Order:
    """One jug that arrived, whose filter wants changing now."""
    with store_scope(store.pk):
        jug = make_product(store, category="Kitchen")
        make_guide(store, slug="filter", product_ids=(jug.pk,))
        order = owned(store, at=NOW - timedelta(days=29), serials="A-1")
        schedule_service(store=store, told=ScheduleIn.model_validate(FILTER), by="staff:olga", now=NOW)
        Service.objects.update(next_at=NOW)
    with across_stores("a loop serves every store"):
        find_due(NOW)
    return order


def key_of(store: Store) -> str:
    with store_scope(store.pk):
        return str(Service.objects.get().key)


@pytest.mark.parametrize(("do", "event", "days"), [("done", "service.done", 30), ("later", "service.snoozed", 7)])
def test_the_owner_sees_what_is_due_and_says_done_or_later(
    order: Order, store: Store, do: str, event: str, days: int
) -> None:
    page = path_of(order, store)
    assert "Change the filter Due now" in words_of(visitor().get(page).content.decode())
    answer = visitor().post(f"{page}services/{key_of(store)}/", {"do": do})
    assert answer.status_code == 302
    assert answer["Location"].endswith("#services")
    assert told(store, event) == [event]
    with store_scope(store.pk):
        assert Service.objects.get().next_at == NOW + timedelta(days=days)
    assert "Due now" not in words_of(visitor().get(page).content.decode())


def test_nobody_elses_link_reaches_a_service(order: Order, store: Store) -> None:
    mallory = make_store("mallory")
    with store_scope(mallory.pk):
        other = owned(mallory)
    with store_scope(store.pk):
        second = owned(store, "2")
        key = Service.objects.get(order=order).key
    for page in (path_of(other, mallory), path_of(second, store), path_of(order, store).replace("juniper", "mallory")):
        assert visitor().post(f"{page}services/{key}/", {"do": "done"}).status_code == 404
    assert told(store, "service.done") == []


def test_staff_see_use_and_service_on_the_order_and_what_nobody_used(order: Order, store: Store) -> None:
    olga = Staff(store)
    words = words_of(olga.see("order", order.public_id))
    assert "no sign of use yet" in words
    assert "Change the filter" in words
    with across_stores("a loop serves every store"):
        find_unused(NOW + timedelta(days=9))
    assert "0 we know the first use, 1 show none" in words_of(olga.see("unused"))
    assert "#1042" in words_of(olga.see("unused"))


def test_staff_write_rules_and_schedules(order: Order, store: Store) -> None:
    olga = Staff(store)
    olga.do("usage_rule", product="filter JUG", days="9")
    olga.do("schedule_new", title="Descale", product="Filter jug", every="2", unit="months")
    with store_scope(store.pk):
        assert UsageRule.objects.get().days == 9
        made = Schedule.objects.get(title="Descale")
    assert "every 2 months" in words_of(olga.see("schedules"))
    olga.do("schedule_end", made.public_id)
    assert "Descale" not in words_of(olga.see("schedules"))
    olga.do("usage_rule", expect=422, product="Nothing", days="9")
    olga.do("schedule_new", expect=422, title="Descale", every="2", unit="months")
    olga.do(
        "schedule_new", expect=422, title="Descale", product="Filter jug", category="Kitchen", every="2", unit="days"
    )


def test_who_may_only_read_changes_nothing(order: Order, store: Store) -> None:
    analyst = Staff(store, Role.ANALYST, "ana@juniper.example")
    analyst.do("usage_rule", expect=403, days="9")
    analyst.do("schedule_new", expect=403, **FILTER)


def test_lists_take_as_many_queries_for_three_as_for_one(order: Order, store: Store) -> None:
    olga, pages = Staff(store), ("unused", "schedules")
    with across_stores("a loop serves every store"):
        find_unused(NOW + timedelta(days=9))
    once = [olga.count_queries(page) for page in pages]
    with store_scope(store.pk):
        for number in range(2):
            owned(store, str(number), at=NOW - timedelta(days=29))
            schedule_service(store=store, told=ScheduleIn.model_validate(FILTER), by="staff:olga", now=NOW)
    with across_stores("a loop serves every store"):
        assert find_unused(NOW + timedelta(days=9)) == 2
    assert [olga.count_queries(page) for page in pages] == once


def test_usage_by_api_in_one_and_in_batches(order: Order, store: Store) -> None:
    caller = caller_for(store)
    sign: dict[str, Any] = {"id": "u-1", "at": NOW.isoformat(), "serial": "A-1", "uses": 3}
    assert caller.post("/usage", sign).body == {"outcome": "created"}
    assert caller.post("/usage", sign).body == {"outcome": "unchanged"}
    assert caller.post("/usage", {**sign, "id": "u-2", "product": "prd_x"}).problem == (422, "invalid", "product")
    batch = [sign, {**sign, "id": "u-3"}, {"id": "u-4"}, {**sign, "id": "u-5", "order": "ord_x", "line": "1"}]
    answer = caller.post("/usage/batch", {"events": batch}).body
    assert [one["outcome"] for one in answer["results"]] == ["unchanged", "created", "refused", "refused"]
    assert answer["results"][2]["problem"]["field"] == "events[2].at"
    assert caller.post("/usage/batch", {"events": [sign] * 1001}).status == 422
    body = caller.get(f"/orders/{order.public_id}/ownership").body
    assert [(one["uses"], one["first_use_sign"]) for one in body["lines"]] == [(6, "reported")]
    assert [one["title"] for one in body["services"]] == ["Change the filter"]


def test_a_thousand_signs_cost_as_many_statements_as_one(
    order: Order, store: Store, django_assert_num_queries: Any
) -> None:
    def report(count: int, at: int) -> None:
        signs = [UsageIn(id=f"{at}-{n}", at=NOW, serial="A-1") for n in range(count)]
        with store_scope(store.pk):
            record_usage(store_id=store.pk, told=signs, by="api", now=NOW)

    report(1, 0)
    with django_assert_num_queries(9):
        report(1, 1)
    with django_assert_num_queries(9):
        report(1000, 2)


def test_schedules_and_services_by_api(order: Order, store: Store) -> None:
    caller, mallory = caller_for(store), caller_for(make_store("mallory"))
    made = caller.post("/schedules", {"title": "Descale", "every": 1, "unit": "months", "category": "Kitchen"}).body
    assert [one["title"] for one in caller.get("/schedules").body["items"]] == ["Descale", "Change the filter"]
    assert caller.post(f"/schedules/{made['id']}/end").body["ended_at"]
    key = key_of(store)
    assert mallory.post(f"/services/{key}/done").status == 404
    assert mallory.post(f"/schedules/{made['id']}/end").status == 404
    late = (NOW + timedelta(days=900)).isoformat()
    assert caller.post(f"/services/{key}/snooze", {"until": late}).problem == (422, "invalid", "until")
    assert caller.post(f"/services/{key}/done").body["due_at"] is None


def test_programs_say_when_something_counts_as_never_used(store: Store) -> None:
    with store_scope(store.pk):
        jug = make_product(store).public_id
    program = caller_for(store)
    program.put("/usage-rules", {"product": jug, "days": 14})
    program.put("/usage-rules", {"days": None})
    told_anew = program.put("/usage-rules", {"product": jug, "days": 21})
    both = program.put("/usage-rules", {"product": jug, "category": "Kitchen", "days": 1})

    rules = [{"product": jug, "category": "", "days": 21}, {"product": None, "category": "", "days": None}]
    assert told_anew.body == program.get("/usage-rules").body == {"rules": rules}
    assert both.problem == (422, "invalid", "category")
    assert caller_for(make_store("mallory")).put("/usage-rules", {"product": jug, "days": 1}).status == 422
