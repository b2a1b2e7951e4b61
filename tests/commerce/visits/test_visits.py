"""Visits: the agenda, notices before them, the calendar's entry, and what staff and programs say of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module

import icalendar
import pytest
from django.db import connection

from aftercare.commerce.orders.events import FulfilmentMoved, FulfilmentScheduled
from aftercare.commerce.orders.models import Fulfilment, Order
from aftercare.commerce.visits.actions import give_notices, move_visit, report_visit
from aftercare.commerce.visits.errors import EndsBeforeItStarts, IsOver
from aftercare.commerce.visits.models import Reminder
from aftercare.commerce.visits.subscribers import follow_dates
from aftercare.foundation.events.base import Recorded
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import GRANTS, Permission, Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.calling import caller_for
from tests.factories import NOW, make_order, make_store
from tests.staffing import Staff
from tests.visiting import path_of, visitor, words_of

pytestmark = pytest.mark.django_db

STARTS = NOW + timedelta(days=3)
DATE = {"scheduled_from": STARTS.isoformat(), "scheduled_until": (STARTS + timedelta(hours=2)).isoformat()}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def booked(store: Store, number: int = 1042, **said: str) -> Fulfilment:
    visit = {"id": "v", "kind": "service_visit", **(said or DATE)}
    with store_scope(store.pk):
        placed = (NOW - timedelta(hours=1)).isoformat()
        order = make_order(store, id=str(number), number=f"#{number}", placed_at=placed, fulfilments=[visit])
        return Fulfilment.objects.select_related("order").get(order=order)


def heard(*, since: int = 0) -> Sequence[Recorded]:
    return [
        Recorded(
            row.id, row.store_id, row.type, row.occurred_at, row.recorded_at, row.customer_id, row.order_id,
            row.shipment_id, row.actor, row.data,
        )
        for row in list(EventRow.objects.filter(type__startswith="fulfilment.").order_by("occurred_at", "id"))[since:]
    ]  # fmt: skip


def told(store: Store) -> list[tuple[str, str]]:
    with store_scope(store.pk):
        events = EventRow.objects.filter(type="visit.coming_up")
        return sorted((row.data["notice"], row.data["starts_at"]) for row in events)


class TestNotices:
    def test_each_is_given_once_when_its_time_comes(self, store: Store) -> None:
        booked(store)
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
            follow_dates(heard(), now=NOW)
        assert give_notices(STARTS - timedelta(hours=25)) == 0
        assert give_notices(STARTS - timedelta(hours=24)) == 1
        assert give_notices(STARTS - timedelta(hours=23)) == 0
        assert give_notices(STARTS - timedelta(hours=2)) == 1
        assert told(store) == [("day", STARTS.isoformat()), ("hours", STARTS.isoformat())]

    def test_a_date_that_was_moved_has_notices_of_its_own_alone(self, store: Store) -> None:
        visit, later = booked(store), STARTS + timedelta(days=2)
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
            move_visit(visit=visit, starts=later, ends=None, by="usr_1", now=NOW)
        # The old one's time comes before the subscriber has heard of the new date.
        assert give_notices(STARTS - timedelta(hours=24)) == 1
        assert told(store) == []
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
        assert give_notices(later - timedelta(hours=1)) == 2
        assert told(store) == [("day", later.isoformat()), ("hours", later.isoformat())]

    @pytest.mark.parametrize("status", ["under_way", "completed", "missed", "cancelled"])
    def test_what_is_no_longer_to_come_has_none(self, store: Store, status: str) -> None:
        visit = booked(store)
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
            report_visit(visit=visit, status=status, at=NOW, by="usr_1", now=NOW)
            follow_dates(heard(since=1), now=NOW)
            assert not Reminder.objects.exists()

    def test_a_date_told_shortly_before_is_not_repeated_at_once(self, store: Store) -> None:
        booked(store, scheduled_from=(NOW + timedelta(hours=5)).isoformat())
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
            assert [one.notice for one in Reminder.objects.all()] == ["hours"]

    def test_after_a_pause_what_has_begun_is_not_announced(self, store: Store) -> None:
        booked(store)
        with store_scope(store.pk):
            follow_dates(heard(), now=NOW)
        assert give_notices(STARTS + timedelta(minutes=1)) == 2
        assert told(store) == []

    def test_in_statements_however_many(self, store: Store, django_assert_num_queries: object) -> None:
        booked(store)
        for number in range(3):
            booked(store, number=2000 + number)
        with store_scope(store.pk), django_assert_num_queries(4):  # type: ignore[operator]
            follow_dates(heard(), now=NOW)


def test_another_date_is_told_and_what_is_over_has_none(shop: Store) -> None:
    visit = booked(shop)
    with pytest.raises(EndsBeforeItStarts):
        move_visit(visit=visit, starts=STARTS, ends=STARTS, by="usr_1", now=NOW)
    move_visit(visit=visit, starts=STARTS + timedelta(days=1), ends=None, by="usr_1", now=NOW)
    assert [one.type for one in heard()] == [FulfilmentScheduled.type, FulfilmentMoved.type]
    assert heard()[1].actor == "usr_1"
    report_visit(visit=visit, status="completed", at=NOW, by="usr_1", now=NOW)
    assert Order.objects.get().delivered_at == NOW
    visit = Fulfilment.objects.select_related("order").get()
    with pytest.raises(IsOver):
        move_visit(visit=visit, starts=STARTS, ends=None, by="usr_1", now=NOW)
    with pytest.raises(IsOver):
        report_visit(visit=visit, status="missed", at=NOW, by="usr_1", now=NOW)


class TestCalendar:
    def entry(self, store: Store, visit: Fulfilment) -> icalendar.Component:
        page = visitor().get(f"{path_of(visit.order, store)}visits/{visit.public_id}.ics")
        assert page.headers["Content-Type"] == "text/calendar; charset=utf-8"
        (entry,) = icalendar.Calendar.from_ical(page.content).walk("VEVENT")
        return entry

    def test_the_order_page_offers_an_entry(self, store: Store) -> None:
        visit = booked(store)
        page = visitor().get(path_of(visit.order, store)).content.decode()
        assert "Add to my calendar" in words_of(page)
        assert f'href="visits/{visit.public_id}.ics"' in page
        entry = self.entry(store, visit)
        assert (entry["dtstart"].dt, entry["dtend"].dt) == (STARTS, STARTS + timedelta(hours=2))
        assert entry["status"] == "CONFIRMED"
        assert path_of(visit.order, store) in entry["url"]

    def test_a_later_one_takes_its_place(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        visit = booked(store)
        before = self.entry(store, visit)
        with store_scope(store.pk):
            move_visit(visit=visit, starts=STARTS + timedelta(days=1), ends=None, by="usr_1", now=NOW)
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=1))
        after = self.entry(store, visit)
        assert after["uid"] == before["uid"]
        assert int(after["sequence"]) > int(before["sequence"])
        assert after["dtstart"].dt == STARTS + timedelta(days=1)

    def test_only_with_the_link_of_its_own_order(self, store: Store) -> None:
        visit, other = booked(store), booked(store, number=1043)
        mallory = make_store("mallory")
        for path in (
            path_of(other.order, store),
            path_of(visit.order, store)[:-4] + "xxx/",
            path_of(visit.order, mallory),
        ):
            assert visitor().get(f"{path}visits/{visit.public_id}.ics").status_code == 404


class TestConsole:
    def test_the_agenda_is_one_query_more_for_nobody(self, store: Store) -> None:
        olga = Staff(store)
        assert "No visits yet" in olga.see("visits")
        booked(store)
        one = olga.count_queries("visits")
        for number in (1, 2):
            booked(store, number=number)
        assert olga.count_queries("visits") == one
        assert "#1042" in olga.see("visits", starts_from=STARTS.date().isoformat())

    def test_a_visit_is_moved_and_concluded(self, store: Store) -> None:
        olga, visit = Staff(store), booked(store)
        olga.do("visit_move", visit.public_id, starts="2026-12-01T09:00", ends="2026-12-01T11:00")
        assert "2026-12-01T09:00" in olga.see("visit", visit.public_id)
        olga.do("visit_move", visit.public_id, starts="2026-12-01T09:00", ends="2026-12-01T08:00", expect=422)
        olga.do("visit_report", visit.public_id, status="missed")
        assert "Nobody there" in olga.see("visit", visit.public_id)
        olga.do("visit_move", visit.public_id, starts="2026-12-02T09:00", ends="")
        olga.do("visit_report", visit.public_id, status="completed")
        page = words_of(olga.see("visit", visit.public_id))
        assert "Done" in page
        assert "Another date" not in page

    @pytest.mark.parametrize("role", list(Role))
    def test_who_may(self, store: Store, role: Role) -> None:
        visit, somebody = booked(store), Staff(store, role)
        reads, writes = Permission.ORDERS_READ in GRANTS[role], Permission.ORDERS_WRITE in GRANTS[role]
        somebody.see("visit", visit.public_id, expect=200 if reads else 403)
        somebody.do("visit_report", visit.public_id, status="missed", expect=302 if writes else 403)

    def test_mallory_finds_nothing(self, store: Store) -> None:
        visit = booked(store)
        Staff(make_store("mallory"), email="m@mallory.example").see("visit", visit.public_id, expect=404)


class TestApi:
    def test_programs_read_move_and_conclude(self, store: Store) -> None:
        visit, program = booked(store), caller_for(store)
        (listed,) = program.get("/visits", starts_from=NOW.isoformat()).body["items"]
        assert (listed["id"], listed["status"], listed["number"]) == (visit.public_id, "open", "#1042")
        assert program.get("/visits", starts_until=NOW.isoformat()).body["items"] == []
        path = f"/visits/{visit.public_id}"
        moved = program.post(f"{path}/news", {"scheduled_from": "2026-12-01T08:00:00Z"}).body
        assert datetime.fromisoformat(moved["scheduled_from"]) == datetime(2026, 12, 1, 8, tzinfo=UTC)
        assert program.post(f"{path}/news", {"status": "completed"}).body["status"] == "completed"
        assert program.post(f"{path}/news", {"scheduled_from": "2026-12-02T08:00:00Z"}).problem[:2] == (
            409,
            "visit_is_over",
        )

    def test_mallory_finds_nothing(self, store: Store) -> None:
        path, mallory = f"/visits/{booked(store).public_id}", caller_for(make_store("mallory"))
        assert mallory.get(path).status == 404
        assert mallory.post(f"{path}/news", {"status": "missed"}).status == 404
        assert mallory.get("/visits").body["items"] == []


def test_what_was_agreed_before_there_were_notices_gets_them_once(store: Store) -> None:
    far_away = "2099-06-01T08:00:00+00:00"  # the migration knows only the world's clock
    booked(store, scheduled_from=far_away)
    plan = import_module("aftercare.commerce.visits.migrations.0002_notices_of_what_was_agreed").PLAN
    with store_scope(store.pk):
        follow_dates(heard(), now=NOW)
        by_loop = list(Reminder.objects.order_by("due_at").values_list("notice", "starts_at", "due_at"))
        Reminder.objects.all().delete()
        for _ in range(2):
            connection.cursor().execute(plan)
        assert list(Reminder.objects.order_by("due_at").values_list("notice", "starts_at", "due_at")) == by_loop
    assert [notice for notice, *_ in by_loop] == ["day", "hours"]
