"""The console's pages of the moment: the simulator, the sending rules, and why messages wait."""

from datetime import datetime, timedelta

import pytest

from aftercare.commerce.customers.models import Customer
from aftercare.engagement.messaging.actions.decide_again import decide_again
from aftercare.engagement.messaging.actions.request import request_messages
from aftercare.engagement.messaging.actions.rules import change_sending_rules
from aftercare.engagement.messaging.measuring import control_group
from aftercare.engagement.messaging.models import Message, MessageDecision, SendingRules, Spending
from aftercare.engagement.messaging.policy.control_group import is_control
from aftercare.engagement.messaging.sending_rules import LimitIn, SendingRulesIn, rules_of
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, request_for, with_templates
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
WEEK = timedelta(days=7)


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def sam(store: Store, now: datetime) -> Customer:
    with store_scope(store.pk):
        with_templates(store, now)
        return make_customer(store, now, search="sam okafor")


def tell(store: Store, sam: Customer, now: datetime, count: int, *, most: int = 1, digests: bool = True) -> None:
    """Sam is asked for `count` care tips, and may hear `most` a week."""
    with store_scope(store.pk):
        rules = SendingRulesIn(limits=(LimitIn(most=most, days=7),), digests=digests)
        change_sending_rules(store=store, rules=rules, by="test", now=now)
        request_messages(
            requests=[
                request_for(make_order(sam, now, number=f"#{n}"), now, message_type="thank_you", key=str(n))
                for n in range(count)
            ],
            now=now,
        )


def test_the_simulator_says_what_would_be_decided_and_why(
    olga: Staff, store: Store, sam: Customer, now: datetime
) -> None:
    tell(store, sam, now, 1)
    words = words_of(olga.see("simulator", customer="okafor", type="thank_you", channel="email"))
    assert "Wait It waits, and goes out if nothing else happens: Sun 29 Nov, 11:00" in words
    assert "The customer has heard enough from us for now: 1 in 7 days" in words
    assert "The customer agrees to hear this nothing said" in words
    assert "It is a time to write Sun 11:00 there, open 08:00-21:00" in words
    assert "0 more may be sent now" in words


def test_the_simulator_looks_at_another_time(olga: Staff, sam: Customer) -> None:
    night = words_of(
        olga.see("simulator", customer=sam.public_id, type="thank_you", channel="email", at="2026-11-25T23:30")
    )
    assert "It is no time to write where the customer is" in night
    assert "And then, if nothing else happens" in night


def test_the_simulator_writes_nothing(olga: Staff, sam: Customer) -> None:
    olga.see("simulator", customer=sam.public_id, type="thank_you", channel="email")
    with store_scope(sam.store_id):
        assert not EventRow.objects.filter(type__startswith="message").exists()
        assert not Message.objects.exists()
        assert not Spending.objects.exists()
        assert not MessageDecision.objects.exists()


def test_the_simulator_asks_which_of_several(olga: Staff, store: Store, sam: Customer, now: datetime) -> None:
    with store_scope(store.pk):
        make_customer(store, now, email="sam.two@example.com", search="sam okafor")
    html = olga.see("simulator", customer="Okafor", type="thank_you", channel="email")
    assert "Which of them?" in html
    assert f"customer={sam.public_id}" in html


@pytest.mark.parametrize(("query", "said"), [
    ({"customer": "nobody at all"}, "There is no such customer."),
    ({"customer": "Okafor", "order": "#9"}, "This customer has no such order."),
    ({"customer": "Okafor", "at": "yesterday"}, "Enter a valid date/time."),
    ({"customer": "Okafor", "type": "nonsense"}, "Select a valid choice."),
])  # fmt: skip
def test_the_simulator_says_what_is_missing(olga: Staff, sam: Customer, query: dict[str, str], said: str) -> None:
    assert sam.name
    asked = {"type": "thank_you", "channel": "email", **query}
    assert said in words_of(olga.see("simulator", **asked))


def test_a_stranger_finds_nobody(sam: Customer) -> None:
    mallory = Staff(make_store("mallory"), email="mallory@else.example")
    words = words_of(mallory.see("simulator", customer=sam.public_id, type="thank_you", channel="email"))
    assert "There is no such customer." in words


def test_a_message_that_waits_says_why_and_when_it_goes_out(
    olga: Staff, store: Store, sam: Customer, now: datetime
) -> None:
    tell(store, sam, now, 2)
    with store_scope(store.pk):
        waiting = Message.objects.get(dedupe_key="1")
    words = words_of(olga.see("message", waiting.public_id))
    assert "Why it waits The customer has heard enough from us for now: 1 in 7 days" in words
    assert "goes out if nothing else happens: Sun 29 Nov, 11:00" in words
    assert "What was decided while it waited Wait" in words
    on_customer = words_of(olga.see("customer", sam.public_id))
    assert "1 in 7 days · goes out Sunday, 29 November" in on_customer
    assert "Attention Heard in 7 days: service, marketing 1 of 1" in on_customer


def test_a_digest_and_what_it_holds_name_each_other(olga: Staff, store: Store, sam: Customer, now: datetime) -> None:
    tell(store, sam, now, 3)
    with store_scope(store.pk):
        decide_again(now + WEEK)
        digest, merged = Message.objects.get(origin="digest"), Message.objects.get(dedupe_key="1")
    assert "It went out in a digest" in words_of(olga.see("message", merged.public_id))
    assert merged.public_id in olga.see("message", digest.public_id)
    assert merged.public_id in olga.see("messages", state="merged")


def test_pages_cost_as_many_queries_for_three_messages_as_for_one(
    olga: Staff, store: Store, sam: Customer, now: datetime
) -> None:
    tell(store, sam, now, 2)
    one = olga.count_queries("customer", sam.public_id)
    with store_scope(store.pk):
        request_messages(
            requests=[
                request_for(make_order(sam, now, number=f"#x{n}"), now, message_type="thank_you", key=f"x{n}")
                for n in range(2)
            ],
            now=now,
        )
    assert olga.count_queries("customer", sam.public_id) == one


def test_rules_are_added_and_removed(olga: Staff, store: Store) -> None:
    assert "At most 3 in 7 days: service, marketing" in words_of(olga.see("sending_rules"))
    olga.do("sending_rules_change", do="limit", most="1", days="1", covers=["marketing"])
    words = words_of(olga.see("sending_rules"))
    assert "At most 1 a day: marketing" in words
    assert "Version 1" in words
    olga.do("sending_rules_change", do="remove-limits-0")
    assert "At most 3 in 7 days" not in words_of(olga.see("sending_rules")).partition("Versions")[0]
    with store_scope(store.pk):
        event = EventRow.objects.get(type="messaging.rules_changed", data__version=2)
        assert event.data["changed"] == ["limits"]
        assert event.actor
        assert SendingRules.objects.count() == 2


def test_hours_habits_and_priorities_are_kept(olga: Staff, store: Store) -> None:
    hours = {
        "country": "FR",
        "covers": ["marketing"],
        "weekday": "09:00-12:30, 14:00-19:00",
        "saturday": "",
        "sunday": "",
    }
    olga.do("sending_rules_change", do="hours", **hours, holiday="")
    habits = {"best_hour": "on", "default_hour": "18", "patience_hours": "12", "control_percent": "2.5"}
    olga.do("sending_rules_change", do="habits", **habits)
    olga.do("sending_rules_change", do="priorities", thank_you="80")
    told = rules_of(store_ids={store.pk})[store.pk].told
    assert (told.digests, told.default_hour, told.patience_hours, told.control_percent) == (False, 18, 12, 2.5)
    assert told.priorities == {"thank_you": 80}
    assert told.hours[0].saturday == ()
    words = words_of(olga.see("sending_rules"))
    assert "FR, every channel (marketing): Mon to Fri 09:00-12:30, 14:00-19:00; Sat closed; Sun closed" in words


@pytest.mark.parametrize("form", [
    {"do": "limit", "most": "0", "days": "1", "covers": ["marketing"]},
    {"do": "hours", "country": "fr", "covers": ["marketing"], "weekday": "9-5"},
    {"do": "hours", "country": "", "covers": ["marketing"], "weekday": "19:00-09:00"},
    {"do": "habits", "patience_hours": "99", "control_percent": "90"},
    {"do": "priorities", "thank_you": "101"},
])  # fmt: skip
def test_what_is_no_rule_is_refused(olga: Staff, store: Store, form: dict[str, str]) -> None:
    olga.do("sending_rules_change", expect=422, **form)
    assert rules_of(store_ids={store.pk})[store.pk].number == 0


def test_only_who_may_change_settings_changes_rules(store: Store) -> None:
    ana = Staff(store, Role.ANALYST, "ana@juniper.example")
    assert "Add a limit" not in ana.see("sending_rules")
    ana.do("sending_rules_change", expect=403, do="remove-limits-0")


def test_the_control_group_is_counted_as_it_is_decided(olga: Staff, store: Store, now: datetime) -> None:
    with store_scope(store.pk):
        people = [make_customer(store, now, email=f"sam{n}@example.com") for n in range(60)]
        change_sending_rules(store=store, rules=SendingRulesIn(control_percent=30), by="test", now=now)
        rules = rules_of(store_ids={store.pk})[store.pk]
        group = control_group(store_id=store.pk, rules=rules)
    members = [one for one in people if is_control(salt=rules.salt, customer=one.public_id, percent=30)]
    assert (group.members, group.others) == (len(members), 60 - len(members))
    assert 5 <= group.members <= 35
    assert "In the control group: hears only what is owed." in words_of(olga.see("customer", members[0].public_id))
