"""The moment at the database: budgets that hold, digests that lose nothing, holds that end, decisions that are kept."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging import types
from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.delivery import deliver_due
from aftercare.engagement.messaging.actions.hold import HoldRequest, end_holds, place_holds
from aftercare.engagement.messaging.actions.request import Taken, request_messages
from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.models import Message, MessageDecision, OutboxEntry, ReadingHour, Spending
from aftercare.engagement.messaging.policy import LegalClass, Reason, Verdict
from aftercare.engagement.messaging.requests import MessageRequest
from aftercare.engagement.messaging.sending_rules import HoursIn, LimitIn, SendingRulesIn
from aftercare.engagement.messaging.types import MessageType
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.models import Store
from tests.engagement.messaging.cast import consent, make_customer, make_order, request_for, with_templates
from tests.visiting import visitor

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
ONE_A_WEEK = LimitIn(most=1, days=7)


@pytest.fixture
def store(shop: Store, now: datetime) -> Store:
    return with_templates(shop, now)


@pytest.fixture
def sam(store: Store, now: datetime) -> Customer:
    return make_customer(store, now)


@pytest.fixture
def offers() -> Iterator[str]:
    """A marketing message, as capabilities above register them."""
    offer = MessageType("test_offer", "Offer", LegalClass.MARKETING, timedelta(days=30), priority=20)
    types.register_type(offer)
    yield offer.key
    del types._types[offer.key]


def ask(*requests: MessageRequest, now: datetime) -> list[Taken]:
    with transaction.atomic():
        return request_messages(requests=requests, now=now)


def tips(customer: Customer, now: datetime, *keys: str) -> list[MessageRequest]:
    """Care tips, one for each key, each of an order of its own."""
    return [
        request_for(make_order(customer, now, number=f"#{key}"), now, message_type="thank_you", key=key)
        for key in keys
    ]  # fmt: skip


def rule(store: Store, now: datetime, **rules: object) -> None:
    told = SendingRulesIn.model_validate({"limits": [ONE_A_WEEK], **rules})
    change_sending_rules(store=store, rules=told, by="test", now=now)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("dedupe_key", "state"))


def test_who_heard_enough_waits_until_the_window_frees(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now)
    first, second = ask(*tips(sam, now, "a", "b"), now=now)
    assert (first.decision.verdict, second.decision.reason) == (Verdict.SEND, Reason.OVER_BUDGET)
    assert second.decision.until == now + WEEK
    assert OutboxEntry.objects.get(waits=True).over_budget_of == sam.pk


def test_what_is_owed_neither_waits_nor_counts_unless_it_is_to(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now)
    order = make_order(sam, now)
    asked = ask(request_for(order, now, key="a"), request_for(order, now, key="b"), *tips(sam, now, "c"), now=now)
    assert [one.decision.verdict for one in asked] == [Verdict.SEND] * 3
    assert len(Spending.objects.get().spent) == 1

    rule(store, now, limits=[LimitIn(most=2, days=7, covers=tuple(LegalClass))])
    later = now + timedelta(hours=1)
    owed, tip = ask(request_for(order, later, key="d"), *tips(sam, later, "e"), now=later)
    assert (owed.decision.verdict, tip.decision.reason) == (Verdict.SEND, Reason.OVER_BUDGET)


def test_the_same_request_twice_costs_once(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now, limits=[LimitIn(most=2, days=7)])
    (request,) = tips(sam, now, "a")
    ask(request, now=now)
    ask(request, request, now=now)
    assert len(Spending.objects.get().spent) == 1


def test_the_more_important_takes_the_place_of_what_waits(
    store: Store, sam: Customer, offers: str, now: datetime
) -> None:
    consent(sam, now, purpose="marketing", granted=True)
    rule(store, now, digests=False)
    order = make_order(sam, now)
    ask(*tips(sam, now, "a"), now=now)
    ask(request_for(order, now, message_type=offers, key="offer"), now=now)
    later = now + timedelta(days=1)
    ask(*tips(sam, later, "tip"), now=later)

    assert decide_again(now + WEEK) == 2
    assert states() == {"a": "queued", "offer": "waiting", "tip": "queued"}
    waiting = Message.objects.get(dedupe_key="offer")
    assert (waiting.reason, waiting.due_at) == ("over_budget", now + 2 * WEEK)


def test_a_lesser_message_does_not_overtake_what_waits(store: Store, sam: Customer, offers: str, now: datetime) -> None:
    consent(sam, now, purpose="marketing", granted=True)
    rule(store, now)
    order = make_order(sam, now)
    ask(*tips(sam, now, "a", "waits"), now=now)
    offer = request_for(order, now + WEEK, message_type=offers, key="offer")
    (taken,) = ask(offer, now=now + WEEK)
    assert taken.decision.reason == Reason.OVER_BUDGET
    decide_again(now + WEEK)
    assert states() == {"a": "queued", "waits": "queued", "offer": "waiting"}


def test_what_was_over_budget_goes_out_in_one_digest(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now)
    ask(*tips(sam, now, "a"), now=now)
    ask(*tips(sam, now + timedelta(days=2), "b", "c"), now=now + timedelta(days=2))

    assert decide_again(now + WEEK) == 2
    digest = Message.objects.get(origin="digest")
    assert (digest.message_type, digest.state, digest.recipient) == ("digest_service", "queued", "sam@example.com")
    first, second = digest.context["event"]["messages"]
    assert (first["subject"], first["line"]) == ("Thank you for your order #b", "A few minutes that make it better.")
    assert "/messages/" in second["url"]
    merged = Message.objects.standing(Message.State.MERGED)
    assert {one.dedupe_key: (one.merged_into_id, one.reason) for one in merged} == {
        "b": (digest.pk, "merged"), "c": (digest.pk, "merged"),
    }  # fmt: skip
    assert not OutboxEntry.objects.filter(waits=True).exists()
    assert EventRow.objects.filter(type="message.merged").count() == 2
    assert len(Spending.objects.get().spent) == 2
    deliver_due(now + WEEK)
    digest.refresh_from_db()
    assert digest.state == "sent"
    full = visitor().get(second["url"])
    assert "Make the most of it, Sam" in full.content.decode()
    assert full.headers["Content-Security-Policy"].startswith("sandbox")
    assert visitor().get(second["url"][:-4] + "xyz/").status_code == 404


def test_what_there_is_room_for_goes_out_by_itself(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now, limits=[LimitIn(most=2, days=7)])
    ask(*tips(sam, now, "a", "b", "c", "d", "e"), now=now)
    decide_again(now + WEEK)
    assert states()["c"] == "queued", "the one that waited longest"
    assert (states()["d"], states()["e"]) == ("merged", "merged")


def test_a_message_that_waits_alone_is_no_digest(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now)
    ask(*tips(sam, now, "a", "b"), now=now)
    decide_again(now + WEEK)
    assert states() == {"a": "queued", "b": "queued"}


def test_a_merged_customer_has_one_budget(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now)
    other = make_customer(store, now, email="sam.old@example.com")
    ask(*tips(other, now, "a"), now=now)
    Customer.objects.filter(pk=other.pk).update(merged_into=sam)
    (taken,) = ask(*tips(sam, now, "b"), now=now)
    assert taken.decision.reason == Reason.OVER_BUDGET


def test_the_control_group_gets_what_is_owed_and_no_more(store: Store, now: datetime) -> None:
    rule(store, now, control_percent=50)
    people = [make_customer(store, now, email=f"sam{n}@example.com") for n in range(40)]
    asked = ask(*(request for person in people for request in tips(person, now, f"k{person.pk}")), now=now)
    spared = {one.decision.reason for one in asked}
    assert spared == {Reason.GOOD_MOMENT, Reason.CONTROL_GROUP}
    owed = ask(
        *(request_for(make_order(one, now, number=f"#o{one.pk}"), now, key=f"o{one.pk}") for one in people), now=now
    )
    assert {one.decision.verdict for one in owed} == {Verdict.SEND}


def test_nobodys_address_gets_only_what_is_owed(store: Store, sam: Customer, now: datetime) -> None:
    order = make_order(sam, now, email="sam@example.com")
    order.customer = None
    order.save()
    tip, owed = ask(
        request_for(order, now, message_type="thank_you", key="a"), request_for(order, now, key="b"), now=now
    )
    assert (tip.decision.reason, owed.decision.verdict) == (Reason.NOBODY, Verdict.SEND)


def test_who_reads_in_the_evening_is_written_to_in_the_evening(store: Store, sam: Customer, now: datetime) -> None:
    ReadingHour.objects.create(store=store, customer=sam, hour=18, reads=9, learned_at=now)
    (taken,) = ask(*tips(sam, now, "a"), now=now)
    evening = now.replace(hour=17)  # 18:00 in Berlin
    assert (taken.decision.reason, taken.decision.until) == (Reason.BEST_HOUR, evening)
    decide_again(evening)
    assert states() == {"a": "queued"}


def test_a_store_may_keep_sundays(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now, hours=[HoursIn(covers=(LegalClass.SERVICE,), sunday=())])
    (taken,) = ask(*tips(sam, now, "a"), now=now)  # on a Sunday
    assert (taken.decision.reason, taken.decision.detail) == (Reason.QUIET_HOURS, "the store's own hours")
    assert taken.decision.until == datetime.fromisoformat("2026-11-23T08:00:00+01:00")


def test_a_hold_on_one_order_leaves_another_alone_but_not_offers(
    store: Store, sam: Customer, offers: str, now: datetime
) -> None:
    consent(sam, now, purpose="marketing", granted=True)
    held, other = make_order(sam, now), make_order(sam, now, number="#1002")
    hold = HoldRequest(store.pk, sam.pk, "r1", "A return is open", now + timedelta(days=3), order_id=held.pk)
    place_holds(placed_by="returns", holds=[hold], now=now)
    offer = MessageRequest(store.pk, offers, "email", "test", "offer", sam.pk)
    asked = ask(
        request_for(held, now, message_type="thank_you", key="a"),
        request_for(other, now, message_type="thank_you", key="b"), offer, now=now,
    )  # fmt: skip
    assert [one.decision.reason for one in asked] == [Reason.HELD, Reason.GOOD_MOMENT, Reason.HELD]


def test_a_hold_on_one_line_leaves_the_others_alone(store: Store, sam: Customer, now: datetime) -> None:
    order = make_order(sam, now)
    line = order.lines.get()
    hold = HoldRequest(store.pk, sam.pk, "r1", "A return is open", now + timedelta(days=3), order.pk, line.pk)
    place_holds(placed_by="returns", holds=[hold], now=now)
    about = {"store_id": store.pk, "message_type": "thank_you", "channel": "email", "origin": "test"}
    asked = ask(
        *(
            MessageRequest(**about, dedupe_key=str(of), customer_id=sam.pk, order_id=order.pk, line_id=of)
            for of in (None, line.pk, line.pk + 1)
        ),
        now=now,
    )
    assert [one.decision.reason for one in asked] == [Reason.HELD, Reason.HELD, Reason.GOOD_MOMENT]


def test_a_hold_ends_by_itself_and_says_so(store: Store, sam: Customer, now: datetime) -> None:
    until = now + timedelta(hours=3)
    place_holds(placed_by="returns", holds=[HoldRequest(store.pk, sam.pk, "r1", "A return is open", until)], now=now)
    assert end_holds(now) == 0
    assert end_holds(until + timedelta(minutes=1)) == 1
    assert end_holds(until + timedelta(minutes=2)) == 0
    event = EventRow.objects.get(type="hold.released")
    assert (event.data["by_itself"], event.occurred_at) == (True, until)


def test_every_decision_is_kept_with_its_reason(store: Store, sam: Customer, now: datetime) -> None:
    rule(store, now, digests=False)
    ask(*tips(sam, now, "a", "b"), now=now)
    decide_again(now + WEEK)
    assert not MessageDecision.objects.filter(message__dedupe_key="a").exists(), "it says so itself"
    kept = MessageDecision.objects.filter(message__dedupe_key="b").order_by("at")
    assert [(one.at, one.verdict, one.reason, one.rule, one.until) for one in kept] == [
        (now, "defer", "over_budget", "budget", now + WEEK), (now + WEEK, "send", "good_moment", "", None),
    ]  # fmt: skip
