"""What docs/howto/import.md shows works as it says."""

import re
from pathlib import Path

from aftercare.commerce.orders.models import Order
from aftercare.commerce.platforms.importable import kinds
from aftercare.commerce.platforms.mapping.document import load_mapping
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.commerce.platforms.feeding import feed, write

DOCS = Path(__file__).parents[3] / "docs"
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", (DOCS / "howto" / "import.md").read_text(encoding="utf-8"), re.DOTALL)
FOREIGN = """Order No;Pos;State;Ordered;Sent;Grand total;Lang;E-mail;Billing e-mail;Labels;SKU;Article;Cents
7;1;paid;01.11.2026 09:30;;1.054,80;D;;sam@example.org;vip; F-1;Filter;100000
7;2;;;;;;;;;;A note without a SKU;0
7;3;;;;;;;;;J-1;Jug;5480
8;1;draft;02.11.2026 09:30;;1;X;;;;;;
"""


def test_csv_in_our_own_words(store: Store) -> None:
    (sample,) = [block for language, block in BLOCKS if not language and block.startswith("id,")]
    report = feed(store, write("orders.csv", sample), "orders")
    assert (report.created, report.rejected) == (2, 0)
    with store_scope(store.pk):
        assert Order.objects.get(external_id="1001").lines.count() == 2


def test_csv_in_anybodys_words(store: Store) -> None:
    mapping = next(block for language, block in BLOCKS if language == "toml")
    report = feed(store, write("foreign.csv", FOREIGN), "orders", mapping=write("shop.toml", mapping))
    assert (report.created, report.skipped, report.rejected) == (1, 1, 0), report.problems.most_frequent()
    with store_scope(store.pk):
        order = Order.objects.get()
        assert (order.number, order.total, order.email, order.locale) == ("#7", 105480, "sam@example.org", "de")
        assert [line.unit_price for line in order.lines.order_by("external_id")] == [100000, 5480]


def test_the_mapping_that_ships_is_one() -> None:
    mapping = load_mapping(DOCS / "examples" / "olist.toml", known_kinds=kinds.keys())
    assert sorted(mapping.kinds) == ["orders", "products", "shipments"]
