"""Journeys and segments: entering one starts a journey, and being in one is a condition."""

from datetime import timedelta

import pytest

from aftercare.commerce.customers.actions import merge_customers
from aftercare.engagement.journeys.conditions import ConditionUse, describe_condition
from aftercare.engagement.journeys.models import Enrolment
from aftercare.engagement.segments.actions import put_on_list, take_off_list
from aftercare.foundation.stores.models import Store
from tests.engagement.journeys.cast import hear, publish, story, travel
from tests.engagement.segments.cast import make_list, people
from tests.factories import NOW

pytestmark = pytest.mark.django_db
ONCE = {"once_per": "customer"}


def test_entering_a_segment_starts_a_journey_and_leaving_it_turns_it(shop: Store) -> None:
    sam, ada = people(shop, "sam", "ada")
    vips = make_list(shop, "VIPs")
    use = {"kind": "in_segment", "config": {"segment": vips.public_id}}
    wait, ask = (
        {"id": "wait", "kind": "wait", "config": {"hours": 1}},
        {"id": "ask", "kind": "condition", "config": use},
    )
    publish(shop, NOW, wait, ask, trigger="segment.entered", entry=ONCE)
    put_on_list(segment=vips, customer_ids=[sam.pk, ada.pk], now=NOW)
    hear(NOW)
    travel(NOW)
    take_off_list(segment=vips, customer_ids=[ada.pk], now=NOW)
    merge_customers(survivor=people(shop, "twin")[0], absorbed=ada, by="test", now=NOW)
    travel(NOW + timedelta(hours=2))
    stories = {one.customer_id: [outcome for _step, outcome in story(one)] for one in Enrolment.objects.all()}
    assert stories[sam.pk][-1] != stories[ada.pk][-1]
    assert Enrolment.objects.count() == 2, "of one who leaves or is merged, nothing begins"


def test_the_condition_says_its_segments_name(shop: Store) -> None:
    vips = make_list(shop, "VIPs")
    use = ConditionUse(kind="in_segment", config={"segment": vips.public_id})
    assert describe_condition(use) == "the customer is in “VIPs”"
    assert describe_condition(use.model_copy(update={"opposite": True})) == "the customer is not in “VIPs”"
