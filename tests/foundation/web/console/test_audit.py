"""What people and programs did, and how people signed in."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import transaction

from aftercare.commerce.orders.events import OrderEdited
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.staff.actions import change_settings, issue_token, note_sign_in
from aftercare.foundation.staff.models import SignIn
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_order, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def act(store: Store, actor: str, order_id: int | None = None, days_ago: int = 0) -> None:
    at = NOW - timedelta(days=days_ago)
    fact = Fact(OrderEdited("#1042", ["note"]), store_id=store.pk, occurred_at=at, order_id=order_id, actor=actor)
    with transaction.atomic(), store_scope(store.pk):
        record([fact], now=at)


def rows_of(html: str) -> int:
    return html.partition("<tbody>")[2].count("<tr>")


def who(staff: Staff) -> str:
    return f"staff:{staff.user.public_id}"


def test_people_and_programs_stand_there_by_name_and_machines_do_not(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        token, _secret = issue_token(store=store, name="ERP", scopes=["orders:write"], by=olga.user, now=NOW)
    act(store, f"token:{token.public_id}")
    act(store, "system")
    act(store, "journey:thank-you")
    words = words_of(olga.see("audit"))
    assert "Order changed" in words or "Order edited" in words
    assert "API token made" in words
    assert words.count("ERP") >= 2
    assert "Thank you" not in words


def test_what_was_before_and_after_stands_in_the_details(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        change_settings(store=store, by=who(olga), now=NOW, name="Juniper")
    assert "Juniper & Oak → Juniper" in words_of(olga.see("audit"))


def test_narrowed_to_a_person_a_kind_a_thing_and_a_time(olga: Staff, store: Store) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    with store_scope(store.pk):
        order = make_order(store)
        change_settings(store=store, by=who(olga), now=NOW, name="Juniper")
    act(store, who(arne), order.pk)
    act(store, who(arne), order.pk, days_ago=30)

    def rows(**query: str) -> int:
        return rows_of(olga.see("audit", **query))

    assert rows() == 3
    assert rows(who=who(arne)) == 2
    assert rows(who=who(arne), until="2026-11-01") == 1
    assert rows(since="2026-11-22") == 2
    assert rows(what="store.changed") == 1
    assert rows(kind="token") == 0
    assert rows(q=order.public_id) == 2
    assert rows(q="ord_nothing") == 0
    assert rows(q="tok_nothing") == 0


def test_the_token_itself_can_be_looked_for(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        token, _secret = issue_token(store=store, name="ERP", scopes=["orders:write"], by=olga.user, now=NOW)
        change_settings(store=store, by=who(olga), now=NOW, name="Juniper")
    assert rows_of(olga.see("audit", q=token.public_id)) == 1


def test_pages_go_on_where_they_ended(olga: Staff, store: Store) -> None:
    for number in range(51):
        act(store, who(olga), days_ago=number)
    first = olga.see("audit")
    assert rows_of(first) == 50
    cursor = first.partition("cursor=")[2].partition('"')[0]
    assert rows_of(olga.see("audit", cursor=cursor)) == 1


def test_as_a_file(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        order = make_order(store)
    act(store, who(olga), order.pk)
    answer = olga.get("audit_csv", what="order.edited")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [(line["who"], line["actor"], line["type"], line["about"]) for line in lines] == [
        ("Olga", who(olga), "order.edited", order.public_id)
    ]


def test_lists_take_as_many_queries_for_three_as_for_one(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        order = make_order(store)
    note(olga)
    act(store, who(olga), order.pk)
    before = {name: olga.count_queries(name) for name in ("audit", "sign_ins", "staff")}
    for _times in range(2):
        act(store, who(olga), order.pk)
        note(olga)
    assert {name: olga.count_queries(name) for name in before} == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_look_over_shoulders(olga: Staff, store: Store, role: Role) -> None:
    other = Staff(store, role, f"{role}@juniper.example")
    for name in ("audit", "audit_csv", "sign_ins"):
        assert other.get(name).status_code == 403
    assert other.url("audit") not in other.see("permissions")
    assert olga.url("audit") in olga.see("permissions")


def note(staff: Staff, outcome: SignIn.Outcome = SignIn.Outcome.WRONG_PASSWORD) -> None:
    note_sign_in(user=staff.user, outcome=outcome, method="Password", address="192.0.2.7", user_agent="", now=NOW)


def test_mallory_of_another_store_sees_nothing_of_this_one(olga: Staff, store: Store) -> None:
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    act(store, who(olga))
    note(olga)
    assert "Nobody has done anything yet" in mallory.see("audit")
    assert "Nobody has signed in yet" in mallory.see("sign_ins")
    assert "olga" not in mallory.see("audit", who=who(olga))


def test_owners_see_how_their_people_signed_in(olga: Staff, store: Store) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    note(arne)
    note(olga, SignIn.Outcome.SIGNED_IN)
    assert "Arne arne@juniper.example Wrong password" in words_of(olga.see("sign_ins"))
    assert rows_of(olga.see("sign_ins", outcome="signed_in")) == 1
    assert rows_of(olga.see("sign_ins", who=arne.user.public_id)) == 1
    assert rows_of(olga.see("sign_ins", until="2026-11-21")) == 0
