"""Rows read with their parts in one statement are what Django's own queries make of them."""

import pytest

from aftercare.commerce.orders.models import Fulfilment, Line, Order
from aftercare.commerce.orders.queries import order_with_parts
from aftercare.foundation.database.whole import Part, read_whole
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.queries import store_at
from aftercare.foundation.stores.scope import NoStoreActive
from tests.factories import line_in, make_order

GIFT = {"recipient": "Kim Friend", "email": "kim@example.com", "message": 'She said "yes" \\ ü 💐'}


def values(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.fixture
def order(shop: Store) -> Order:
    lines = [line_in(id=str(number)) for number in range(3)]
    fulfilments = [{"id": "f", "lines": [{"line": "1", "quantity": 1}]}, {"id": "g", "kind": "pickup"}]
    paid = {"id": "r", "amount": "1.00", "at": "2025-11-21T12:00:00.123456Z"}
    return make_order(shop, lines=lines, total="109.60", fulfilments=fulfilments, refunds=[paid], gift=GIFT)


def test_every_field_has_the_value_and_the_type_that_django_reads(order: Order) -> None:
    found = order_with_parts(public_id=order.public_id)
    known = Order.objects.select_related("customer").get(pk=order.pk)
    pairs = [(found, known), (found.customer, known.customer)]
    for name in ("lines", "fulfilments", "refunds"):
        pairs += zip(getattr(found, name).all(), getattr(known, name).order_by("id"), strict=True)
    pairs += zip(
        found.fulfilments.all()[0].lines.all(), known.fulfilments.get(external_id="f").lines.all(), strict=True
    )
    for one, other in pairs:
        assert one == other
        assert values(one) == values(other)
        assert [type(value) for value in values(one).values()] == [type(value) for value in values(other).values()]


def test_it_takes_one_statement(order: Order, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = order_with_parts(public_id=order.public_id)
        assert [line.external_id for line in found.lines.all()] == ["0", "1", "2"]
        assert [len(part.lines.all()) for part in found.fulfilments.all()] == [1, 2]
        assert str(found.customer)


def test_a_row_can_be_saved_like_any_other(order: Order) -> None:
    found = order_with_parts(public_id=order.public_id)
    found.note = "Ring twice"
    found.save(update_fields=["note"])
    assert Order.objects.get(pk=order.pk).note == "Ring twice"
    assert Order.objects.count() == 1


def test_its_parts_are_as_they_were_read_and_not_to_be_searched(order: Order) -> None:
    found = order_with_parts(public_id=order.public_id)
    with pytest.raises(NoStoreActive):
        list(found.lines.all().filter(quantity=1))


def test_without_parts_and_without_owner(order: Order) -> None:
    order.customer = None
    order.save(update_fields=["customer"])
    Line.objects.all().delete()
    Fulfilment.objects.all().delete()
    found = order_with_parts(public_id=order.public_id)
    assert (found.customer, list(found.lines.all()), list(found.fulfilments.all())) == (None, [], [])
    assert read_whole(Order, where="t.id = %s", parameters=[0], parts=(Part("lines"),)) == []


def test_a_store_is_found_at_its_address(shop: Store) -> None:
    found = store_at(slug=shop.slug)
    assert found
    assert values(found) == values(Store.objects.get(pk=shop.pk))
    assert store_at(slug="nobody") is None
