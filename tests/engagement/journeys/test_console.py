"""The console's pages about journeys."""

import pytest

from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.journeys.models import Enrolment, Journey
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW
from tests.staffing import Staff, live
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    with store_scope(store.pk):
        install_builtin_templates(store=store, now=NOW)
        install_builtin_journeys(store=store, now=NOW)
    return Staff(store)


def journey(store: Store, key: str = "thank-you") -> Journey:
    with store_scope(store.pk):
        return Journey.objects.get(key=key)


def test_every_journey_with_its_figures(olga: Staff, store: Store) -> None:
    live(store, 1)
    live(store, 2)
    words = words_of(olga.see("journeys"))
    assert "Order confirmed Says at once that the order has arrived. Live 0 2 Completed 2" in words
    assert "make the most of it. Live 2 2" in words


def test_a_journey_reads_as_sentences_with_figures_on_every_step(olga: Staff, store: Store) -> None:
    live(store, 1)
    words = words_of(olga.see("journey", journey(store).public_id))
    for said in (
        "When Order placed, once for every order",
        "only while the order is not Cancelled",
        "1 Wait until Order complete at the customer's for the same order, at most 45 days",
        "1 entered · 1 here now If it takes too long 0 2 Leave the journey (never_arrived) 3 Wait 2 days",
        "5 Send Thank you, with a guide by E-mail The journey ends.",
    ):
        assert said in words, said


def test_a_journey_takes_as_many_queries_for_three_on_it_as_for_one(olga: Staff, store: Store) -> None:
    page = ("journey", journey(store).public_id)
    live(store, 1)
    once = olga.count_queries(*page)
    live(store, 2)
    live(store, 3)
    assert olga.count_queries(*page) == once


def test_who_is_on_it_is_narrowed(olga: Staff, store: Store) -> None:
    live(store, 1)
    confirmed, thanks = journey(store, "order-confirmed"), journey(store)
    assert "Sam 1001" in words_of(olga.see("journey", confirmed.public_id, state="ended", outcome="completed"))
    assert "Sam 1001" not in words_of(olga.see("journey", thanks.public_id, state="ended"))


def test_a_way_through_a_journey_says_what_happened_and_why(olga: Staff, store: Store) -> None:
    live(store, 1)
    with store_scope(store.pk):
        enrolment = Enrolment.objects.get(journey__key="order-confirmed")
    html = olga.see("enrolment", enrolment.public_id)
    words = words_of(html)
    assert "Message sent" in words
    assert "Send “Order confirmed” by E-mail Now is a good moment" in words
    assert "/messages/msg_" in html
    assert "Customer Sam 1001 Order #1001" in words


def test_whoever_waits_is_told_for_what(olga: Staff, store: Store) -> None:
    live(store, 1)
    with store_scope(store.pk):
        enrolment = Enrolment.objects.get(journey__key="thank-you")
    words = words_of(olga.see("enrolment", enrolment.public_id))
    assert "Now Wait until “Order complete at the customer's”" in words
    assert "Waits for Order complete at the customer's" in words


def test_pausing_and_going_on(olga: Staff, store: Store) -> None:
    live(store, 1)
    page = journey(store).public_id
    Staff(store, Role.AGENT, "arne@juniper.example").do("journey_pause", page, expect=403)
    olga.do("journey_pause", page)
    with store_scope(store.pk):
        assert Enrolment.objects.get(journey__key="thank-you").state == "paused"
    assert "Go on" in words_of(olga.see("journey", page))
    olga.do("journey_resume", page)
    assert journey(store).state == "live"


def test_agents_see_no_buttons_they_may_not_use(olga: Staff, store: Store) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    assert "Pause" not in words_of(arne.see("journey", journey(store).public_id))


def test_journeys_stand_on_orders(olga: Staff, store: Store) -> None:
    order = live(store, 1)
    words = words_of(olga.see("order", order.public_id))
    assert "Order confirmed Completed" in words
