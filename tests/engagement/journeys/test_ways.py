"""Steps with ways of their own: several questions in order, chance, and an event for each way."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aftercare.commerce.orders.events import OrderCancelled, OrderDelivered, OrderPlaced
from aftercare.commerce.orders.models import Order
from aftercare.engagement.journeys import editing
from aftercare.engagement.journeys.actions.publish import pause, resume
from aftercare.engagement.journeys.models import Enrolment
from aftercare.engagement.journeys.outcomes import EARLY, GOAL
from aftercare.engagement.journeys.overview import step_counts
from aftercare.engagement.journeys.sentences import read
from aftercare.engagement.journeys.steps.random_split import RandomSplitConfig, draw, percent
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import happen, publish, story, travel
from tests.engagement.journeys.definitions import defined, step
from tests.engagement.messaging.cast import make_customer, make_order

HOUR = timedelta(hours=1)
PLACED = OrderPlaced("#1001", 8900, "EUR", 1)


def asked(field: str, *values: object) -> dict[str, object]:
    return {"kind": "event_data", "config": {"field": field, "values": list(values)}}


DEAR, FOREIGN = (
    {"name": "Dear", "when": asked("total", 8900)},
    {"name": "Abroad", "when": asked("currency", "USD", "EUR")},
)
SORT = {"id": "sort", "kind": "multi_split", "config": {"ways": [DEAR, FOREIGN]}, "branches": {"otherwise": "end"}}
LEAVES = [{"id": f"leave_{name}", "kind": "exit", "config": {"outcome": name}} for name in ("a", "b")]
SHARES = {"shares": [{"name": "A", "weight": 3}, {"name": "B", "weight": 1}]}


@pytest.fixture
def order(shop: Store, now: datetime) -> Order:
    return make_order(make_customer(shop, now), now)


@pytest.mark.django_db
def test_the_first_question_that_fits_decides(shop: Store, order: Order, now: datetime) -> None:
    publish(shop, now, SORT | {"branches": {"Dear": "leave_a", "Abroad": "leave_b", "otherwise": "end"}}, *LEAVES)
    for number, total in enumerate((8900, 10)):
        other = make_order(make_customer(shop, now, email=f"n{number}@example.com"), now, number=f"#{number}")
        happen(OrderPlaced(other.number, total, "EUR", 1), order=other, at=now)
    happen(OrderPlaced("#1001", 10, "GBP", 1), order=order, at=now)
    travel(now)
    assert sorted(Enrolment.objects.values_list("outcome", flat=True)) == ["a", "b", "completed"]


@pytest.mark.django_db
def test_chance_takes_the_same_way_however_often_it_is_asked(shop: Store, order: Order, now: datetime) -> None:
    split = {"id": "lots", "kind": "random_split", "config": SHARES, "branches": {"A": "leave_a", "B": "leave_b"}}
    version = publish(shop, now, split, *LEAVES)
    happen(PLACED, order=order, at=now)
    travel(now)
    way = story(Enrolment.objects.get())[0][1]
    assert way == draw(RandomSplitConfig.model_validate(SHARES), f"test:lots:order:{order.pk}")
    assert step_counts(journey=version.journey, now=now)["lots"].ways == {way: 1}


@settings(max_examples=5)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=5), st.text(max_size=8))
def test_shares_come_out_as_they_were_given(weights: list[int], salt: str) -> None:
    config = RandomSplitConfig.model_validate(
        {"shares": [{"name": f"w{number}", "weight": weight} for number, weight in enumerate(weights)]}
    )
    drawn = [draw(config, f"{salt}{number}") for number in range(3000)]
    assert drawn[:50] == [draw(config, f"{salt}{number}") for number in range(50)]
    for number, weight in enumerate(weights):
        assert abs(drawn.count(f"w{number}") / 3000 - weight / sum(weights)) < 0.05


def test_shares_are_shown() -> None:
    assert percent(RandomSplitConfig.model_validate(SHARES), "A") == "75 %"
    (split,) = read(defined({"id": "lots", "kind": "random_split", "config": SHARES})).steps
    assert (split.text, [way.label for way in split.ways]) == (
        "Split at random: “A” 75 %, “B” 25 %", ["A · 75 %", "B · 25 %"],
    )  # fmt: skip


@pytest.mark.parametrize("names", [("A", "A"), ("A", "next"), ("A", "otherwise"), ("A", " ")])
def test_ways_have_names_of_their_own(names: tuple[str, str]) -> None:
    with pytest.raises(ValidationError):
        RandomSplitConfig.model_validate({"shares": [{"name": name} for name in names]})


@pytest.mark.django_db
@pytest.mark.parametrize(("event", "end"), [(OrderCancelled("#1001", True, "", ["1"]), "a"), (None, "b")])
def test_each_event_has_its_way(
    shop: Store, order: Order, now: datetime, event: OrderCancelled | None, end: str
) -> None:
    wait = {
        "id": "wait", "kind": "wait_for",
        "config": {"events": ["order.delivered", "order.cancelled"], "timeout_hours": 5, "apart": True},
        "branches": {"order.delivered": "end", "order.cancelled": "leave_a", "timeout": "leave_b"},
    }  # fmt: skip
    publish(shop, now, wait, *LEAVES)
    happen(PLACED, order=order, at=now)
    travel(now)
    if event:
        happen(event, order=order, at=now + HOUR)
    travel(now + (HOUR if event else 6 * HOUR))
    assert Enrolment.objects.get().outcome == end


def test_a_renamed_way_keeps_what_is_on_it_and_one_that_goes_lets_it_stand_apart() -> None:
    fork = {"id": "lots", "kind": "random_split", "config": SHARES, "branches": {"A": "x", "B": "y"}}
    before = defined(fork, step("x", "wait", next="end"), step("y", "wait", next="end"))
    renamed = editing.replace_step(before, step_id="lots", config={"shares": [{"name": "A"}, {"name": "Z"}]})
    assert (renamed.after("lots", "A"), renamed.after("lots", "Z")) == ("x", "y")
    grown = editing.replace_step(before, step_id="lots", config={"shares": [*SHARES["shares"], {"name": "C"}]})
    assert [grown.after("lots", way) for way in "ABC"] == ["x", "y", "end"]
    shrunk = editing.replace_step(grown, step_id="lots", config=SHARES)
    assert [shrunk.after("lots", way) for way in "AB"] == ["x", "y"]
    gone = editing.replace_step(grown, step_id="lots", config={"shares": [{"name": "A"}, {"name": "C"}]})
    assert [way.steps[0].id for way in read(gone).strays] == ["y"]


WAIT = {"id": "wait", "kind": "wait", "config": {"days": 5}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("leaving", "outcome"),
    [
        ({"goal": ["order.delivered"], "goal_by": "order"}, GOAL),
        ({"exits": ["order.delivered"]}, EARLY),
        ({"when": [{"kind": "order_progress", "config": {"stages": ["delivered"]}}]}, EARLY),
        ({"goal": ["order.cancelled"]}, ""),
    ],
)
def test_leaving_at_once_when_it_happens(
    shop: Store, order: Order, now: datetime, leaving: dict[str, object], outcome: str
) -> None:
    publish(shop, now, WAIT, leaving=leaving)
    happen(PLACED, order=order, at=now)
    other = make_order(make_customer(shop, now, email="noor@example.com"), now, number="#2")
    happen(OrderPlaced("#2", 1, "EUR", 1), order=other, at=now)
    travel(now)
    Order.objects.filter(pk=order.pk).update(progress="delivered")
    happen(OrderDelivered("#1001"), order=order, at=now + HOUR)
    travel(now + HOUR)
    assert Enrolment.objects.get(order_id=order.pk).outcome == outcome
    assert Enrolment.objects.get(order_id=other.pk).state == "running"


@pytest.mark.django_db
def test_what_happened_during_a_pause_ends_it_when_that_is_over(shop: Store, order: Order, now: datetime) -> None:
    version = publish(shop, now, WAIT, leaving={"exits": ["order.delivered"]})
    happen(PLACED, order=order, at=now)
    travel(now)
    pause(journey=version.journey, by="test", now=now)
    happen(OrderDelivered("#1001"), order=order, at=now + HOUR)
    travel(now + HOUR)
    assert Enrolment.objects.get().state == "paused"
    resume(journey=version.journey, by="test", now=now + 2 * HOUR)
    travel(now + 2 * HOUR)
    assert Enrolment.objects.get().outcome == EARLY


@pytest.mark.django_db
def test_what_began_the_journey_does_not_end_it(shop: Store, order: Order, now: datetime) -> None:
    publish(shop, now, WAIT, leaving={"goal": ["order.placed"]})
    happen(PLACED, order=order, at=now)
    travel(now)
    assert Enrolment.objects.get().state == "running"
    again = make_order(order.customer, now, number="#1002")
    happen(OrderPlaced("#1002", 1, "EUR", 1), order=again, at=now + HOUR)
    travel(now + HOUR)
    assert Enrolment.objects.get(order_id=order.pk).outcome == GOAL
