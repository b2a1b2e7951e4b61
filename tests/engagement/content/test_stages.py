"""Guides in their stage of ownership, and for whole collections; and which products lack one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from aftercare.engagement.content.actions import tie_collection
from aftercare.engagement.content.overview import coverage
from aftercare.engagement.content.policy import Span
from aftercare.engagement.content.queries import Moment, guides_for_orders
from aftercare.engagement.content.vocabulary import OwnershipStage
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store
from tests.engagement.content.guides import make_guide
from tests.factories import NOW, line_in, make_order, make_product

BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight of the 21st in Berlin


@pytest.mark.parametrize(
    ("span", "delivered", "after", "holds"),
    [
        (Span(), None, 0, True),
        (Span(OwnershipStage.BEFORE), None, 0, True),
        (Span(OwnershipStage.BEFORE), LATE, 0, False),
        (Span(OwnershipStage.AFTER, 0, 0), None, 0, False),
        (Span(OwnershipStage.AFTER, 0, 0), LATE, 22, True),
        (Span(OwnershipStage.AFTER, 0, 0), LATE, 24, False),
        (Span(OwnershipStage.AFTER, 1), LATE, 22, False),
        (Span(OwnershipStage.AFTER, 1), LATE, 24 * 900, True),
    ],
)
def test_days_are_the_readers_own(span: Span, delivered: datetime | None, after: int, *, holds: bool) -> None:
    assert span.holds(delivered_at=delivered, now=LATE + timedelta(hours=after), zone=BERLIN) is holds


def test_an_order_shows_what_is_of_use_now_its_own_product_first(shop: Store) -> None:
    jug = make_product(shop, category="Kitchen")
    for slug, stage, days in (
        ("wait", "before", (0, None)),
        ("first", "after", (0, 7)),
        ("later", "after", (30, None)),
    ):
        make_guide(
            shop, slug=slug, stage=stage, from_day=days[0], until_day=days[1], kind="care", product_ids=(jug.pk,)
        )
    make_guide(shop, slug="kitchen", kind="quick_start", categories=("Kitchen",))
    make_guide(shop, slug="garden", kind="quick_start", categories=("Garden",))
    arrived = {"id": "f", "kind": "pickup", "status": "completed", "status_at": "2026-11-20T10:00:00Z"}
    coming = make_order(shop, lines=[line_in(product="jug")])
    there = make_order(shop, id="2", number="#2", lines=[line_in(product="jug")], fulfilments=[arrived])

    found = guides_for_orders(order_ids=[coming.pk, there.pk], at=Moment(NOW, BERLIN))
    assert [one.slug for one in found[coming.pk]] == ["wait", "kitchen"]
    assert [one.slug for one in found[there.pk]] == ["first", "kitchen"]
    month = Moment(NOW + timedelta(days=40), BERLIN)
    assert [one.slug for one in guides_for_orders(order_ids=[there.pk], at=month)[there.pk]] == ["later", "kitchen"]


def test_a_stage_ends_after_it_begins(shop: Store) -> None:
    with pytest.raises(Invalid) as caught:
        make_guide(shop, stage="after", from_day=5, until_day=4)
    assert caught.value.field == "until_day"


def test_what_sells_best_without_a_guide_comes_first_in_one_statement(shop, django_assert_num_queries) -> None:
    for key, sold in (("jug", 3), ("lamp", 7), ("mug", 1)):
        make_product(shop, id=key, title=key, category="Kitchen" if key == "mug" else "")
        make_order(shop, id=key, number=key, lines=[line_in(product=key, quantity=sold)])
    guide = make_guide(shop, kind="care")
    tie_collection(guide=guide, category="Kitchen")

    with django_assert_num_queries(1):
        found = coverage(store_id=shop.pk)
    assert (found.covered, found.products) == (1, 3)
    assert [(one.title, one.sold) for one in found.missing] == [("lamp", 7), ("jug", 3)]
    assert coverage(store_id=shop.pk, kind="quick_start").covered == 0
