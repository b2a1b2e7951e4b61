"""The contract of every kind that can be imported."""

from typing import Any

import orjson
import pytest

from aftercare.commerce.platforms.importable import Importable, kinds
from aftercare.commerce.platforms.importable.orders import Orders
from aftercare.commerce.platforms.shape import shape_of
from aftercare.foundation.stores.models import Store
from tests.commerce.platforms.feeding import feed, write

EVERY = pytest.mark.parametrize("kind", list(kinds), ids=kinds.keys())
# What has to be there before a kind's examples make sense.
BEFORE = {"shipments": ["orders"], "tracking": ["orders", "shipments"]}


def examples_of(kind: Importable[Any]) -> str:
    return "\n".join(orjson.dumps(example).decode() for example in kind.examples)


@EVERY
def test_a_kind_says_what_it_is(kind: Importable[Any]) -> None:
    assert kind.key
    assert kind.title
    assert kind.__doc__
    assert set(kind.keys) <= set(shape_of(kind.schema))


@EVERY
def test_the_examples_show_every_field(kind: Importable[Any]) -> None:
    shown = {name for example in kind.examples for name in example}
    assert shown == set(shape_of(kind.schema))


@EVERY
def test_the_examples_can_be_imported_and_again_change_nothing(kind: Importable[Any], store: Store) -> None:
    for key in BEFORE.get(kind.key, []):
        assert feed(store, write(f"{key}.ndjson", examples_of(kinds[key])), key).rejected == 0
    path = write(f"{kind.key}.ndjson", examples_of(kind))
    first, again = feed(store, path, kind.key), feed(store, path, kind.key)
    assert (first.rejected, first.created + first.changed) == (0, len(kind.examples))
    assert (again.rejected, again.unchanged) == (0, len(kind.examples))


def test_there_are_the_five_that_the_command_names() -> None:
    assert sorted(kinds.keys()) == ["customers", "orders", "products", "shipments", "tracking"]
    assert isinstance(kinds["orders"], Orders)
