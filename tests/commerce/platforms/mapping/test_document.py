"""Mistakes in a mapping are found before anything is read, and named with section, key and remedy."""

from pathlib import Path

import pytest

from aftercare.commerce.platforms.errors import BadMapping
from aftercare.commerce.platforms.mapping.document import ItemSpec, load_mapping
from aftercare.commerce.platforms.shape import shape_of
from tests.commerce.platforms.mapping.compiling import SCHEMAS, plan

COLUMNS = ["order", "mail", "when", "price"]
GOOD = """
[orders.fields]
id = "order"
number = "order"
placed_at = "when"
currency = { constant = "EUR" }
total = "price"
"""


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ("[order.fields]\nid = 'order'", "order", "Did you mean 'orders'?"),
        ("zome = 'UTC'" + GOOD, "zome", "Did you mean 'zone'?"),
        ("zone = 'Europe/Berlino'" + GOOD, "zone", ""),
        (GOOD + "emial = 'mail'", "orders.fields.emial", "Did you mean 'email'?"),
        (GOOD + "email = 'mial'", "orders.fields.email", "Did you mean 'mail'?"),
        (GOOD + "email = { colunm = 'mail' }", "orders.fields.email.colunm", "Did you mean 'column'?"),
        (GOOD + "email = { column = 'mail', constant = 'x' }", "orders.fields.email", ""),
        (GOOD + "email = { constant = 'x', otherwise = 'y' }", "orders.fields.email", ""),
        (GOOD + "email = { template = '{mial}' }", "orders.fields.email", "Did you mean 'mail'?"),
        (GOOD + "email = { first = ['mail', 'mial'] }", "orders.fields.email.first[1]", "Did you mean 'mail'?"),
        (GOOD + "email = { column = 'mail', when = 'mial' }", "orders.fields.email.when", "Did you mean 'mail'?"),
        (GOOD + "email = { column = 'mail', when = { column = 'mail', iz = 'x' } }", "orders.fields.email.when.iz", ""),
        (GOOD + "email = ['mail']", "orders.fields.email", ""),
        (GOOD + "subtotal = { column = 'price', factor = 'many' }", "orders.fields.subtotal.factor", ""),
        (GOOD + "promised_by = { column = 'when', zone = 'Mars' }", "orders.fields.promised_by.zone", ""),
        (GOOD + "customer = 'mail'", "orders.fields.customer", ""),
        (GOOD + "lines = 'mail'", "orders.fields.lines", "Write [[orders.fields.lines]]"),
        (GOOD + "gift.email = 'mail'", "orders.fields.gift.recipient", ""),
        (GOOD + "[[orders.fields.lines]]\neach = 'items'\nid = 'order'", "orders.fields.lines[0].each", ""),
        (GOOD + "[[orders.fields.lines]]\neach = 'rows'\nby = 'sku'", "orders.fields.lines[0].by", ""),
        (GOOD + "[[orders.fields.lines]]\nid = 'order'\nunit_price = 'price'", "orders.fields.lines[0].title", ""),
        (GOOD.replace('id = "order"', ""), "orders.fields.id", ""),
        ("[orders]\ngroup = 'oder'\n" + GOOD, "orders.group", "Did you mean 'order'?"),
        ("[orders]\nwhen = 'oder'\n" + GOOD, "orders.when", "Did you mean 'order'?"),
        (
            "[[orders.checks]]\nneeded = 'oder'\notherwise = 'warn'\n" + GOOD,
            "orders.checks[0]",
            "Did you mean 'order'?",
        ),
        ("[[orders.checks]]\nneeded = 'order'\notherwise = 'panic'\n" + GOOD, "orders.checks.0.otherwise", ""),
        ("[[orders.checks]]\notherwise = 'warn'\n" + GOOD, "orders.checks.0", ""),
        ("[orders.join.'a b']\nfile = 'x'\non = 'order'\n" + GOOD, "orders.join.a b", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, place: str, remedy: str) -> None:
    with pytest.raises(BadMapping) as refused:
        plan(text, COLUMNS)
    assert refused.value.field == place
    assert remedy in refused.value.remedy
    assert refused.value.remedy


@pytest.mark.parametrize("content", [b"[orders", b"\xff\xfe", b"= 3"])
def test_what_is_no_toml_is_refused(content: bytes) -> None:
    Path("map.toml").write_bytes(content)
    with pytest.raises(BadMapping, match="TOML"):
        load_mapping(Path("map.toml"), known_kinds=["orders"])


def test_a_mapping_that_is_not_there_is_refused() -> None:
    with pytest.raises(BadMapping, match="cannot be read"):
        load_mapping(Path("nowhere.toml"), known_kinds=["orders"])


def test_no_field_is_called_like_a_key_of_an_items_table() -> None:
    """An item's table holds both; see `ItemSpec`."""
    reserved = set(ItemSpec.model_fields)
    models = [*SCHEMAS.values()]
    for model in models:
        assert not reserved & set(shape_of(model))
        models += [shape.model for shape in shape_of(model).values() if shape.model is not None]
    assert len(models) > 10
