"""Tasks of the staff: made by journeys, each once, seen to once, and nobody else's."""

from datetime import timedelta

import pytest

from aftercare.care.staff_tasks.actions import NewTask, finish_task, open_tasks
from aftercare.care.staff_tasks.errors import AlreadyDone
from aftercare.care.staff_tasks.models import StaffTask
from aftercare.care.staff_tasks.queries import open_tasks_for_list
from aftercare.commerce.orders.events import OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.journeys.cast import happen, publish, travel
from tests.engagement.messaging.cast import make_customer, make_order
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
STEP = {"id": "ask", "kind": "task", "config": {"title": "Ring them up", "within_hours": 48}}


def made(store: Store, count: int = 1) -> list[Order]:
    with store_scope(store.pk):
        publish(store, NOW, STEP)
        orders = []
        for number in range(count):
            customer = make_customer(store, NOW, email=f"sam{number}@example.com")
            orders.append(make_order(customer, NOW, number=f"#{number}"))
            happen(OrderPlaced(f"#{number}", 8900, "EUR", 1), order=orders[-1], at=NOW)
        travel(NOW)
        return orders


def test_a_journey_makes_a_task_and_it_is_done_once(store: Store) -> None:
    made(store)
    with store_scope(store.pk):
        task = StaffTask.objects.get()
        assert (task.title, task.role, task.due_at) == ("Ring them up", "agent", NOW + timedelta(hours=48))
        again = NewTask(task.key, "Again", NOW)
        assert open_tasks(store_id=store.pk, tasks=[again], by="test", now=NOW) == 0
        finish_task(task=task, note="Reached", by="test", now=NOW)
        with pytest.raises(AlreadyDone):
            finish_task(task=task, note="", by="test", now=NOW)
        types = EventRow.objects.filter(type__startswith="staff_task.").order_by("seq")
        assert list(types.values_list("type", flat=True)) == ["staff_task.opened", "staff_task.done"]


def test_it_stands_where_people_look_and_is_seen_to_there(store: Store) -> None:
    (order,) = made(store)
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    for page in (("today",), ("order", order.public_id), ("staff_tasks",)):
        assert "Ring them up" in words_of(arne.see(*page)), page
    with store_scope(store.pk):
        task = StaffTask.objects.get().public_id
    arne.do("staff_task_done", task, note="Reached")
    assert "Ring them up Reached Arne" in words_of(arne.see("staff_tasks"))
    assert "Ring them up" not in words_of(arne.see("today"))


def test_whoever_takes_it_on_may_leave_it_to_others(store: Store) -> None:
    made(store)
    arne, olga = Staff(store, Role.AGENT, "arne@juniper.example"), Staff(store)
    with store_scope(store.pk):
        task = StaffTask.objects.get().public_id
    arne.do("staff_task_take", task, do="take")
    assert "you see to it Leave it to others" in words_of(arne.see("staff_tasks"))
    assert "Arne sees to it Take it on" in words_of(olga.see("staff_tasks"))
    arne.do("staff_task_take", task, do="leave")
    assert "sees to it" not in words_of(olga.see("staff_tasks"))
    Staff(store, Role.ANALYST, "ana@juniper.example").do("staff_task_take", task, expect=403)


def test_what_is_due_first_stands_on_top(store: Store) -> None:
    with store_scope(store.pk):
        tasks = [NewTask(title, title, NOW + timedelta(hours=hours)) for title, hours in (("Later", 9), ("Sooner", 1))]
        open_tasks(store_id=store.pk, tasks=tasks, by="test", now=NOW)
        assert [task.title for task in open_tasks_for_list().rows] == ["Sooner", "Later"]


def test_who_may_only_read_and_who_is_elsewhere_do_nothing(store: Store) -> None:
    made(store)
    with store_scope(store.pk):
        task = StaffTask.objects.get().public_id
    reader = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Done" not in words_of(reader.see("staff_tasks"))
    reader.do("staff_task_done", task, expect=403)
    other = make_store("mallory")
    mallory = Staff(other, email="mallory@other.example")
    assert "Ring them up" not in mallory.see("staff_tasks")
    mallory.do("staff_task_done", task, expect=404)


def test_the_page_takes_as_many_queries_for_three_as_for_one(store: Store) -> None:
    olga = Staff(store)
    made(store)
    once = olga.count_queries("staff_tasks")
    with store_scope(store.pk):
        customer = make_customer(store, NOW, email="more@example.com")
        tasks = [NewTask(f"{n}", "More", NOW, customer_id=customer.pk) for n in range(2)]
        open_tasks(store_id=store.pk, tasks=tasks, by="test", now=NOW)
    assert olga.count_queries("staff_tasks") == once
