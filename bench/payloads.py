"""Payloads as a shop's export or webhook has them, made from a seed."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

_TOWNS = (("10115", "Berlin"), ("20095", "Hamburg"), ("80331", "München"), ("50667", "Köln"), ("04109", "Leipzig"))
_FIRST = ("Sam", "Mira", "Jürgen", "Zoë", "Noor", "Ada", "Émile", "Lucía")
_LAST = ("Shopper", "Weiß", "Østergaard", "García", "Okafor", "Novák", "Lindqvist")
_START = datetime(2026, 1, 1, tzinfo=UTC)


def order(number: int, chance: random.Random) -> dict[str, Any]:
    """An order of a new customer, with one or two lines."""
    postcode, town = chance.choice(_TOWNS)
    first = chance.choice(_FIRST)
    name = f"{first} {chance.choice(_LAST)}"
    address = {
        "recipient": name, "street": f"Lindenstraße {chance.randrange(1, 200)}", "postcode": postcode, "city": town,
        "country": "DE",
    }  # fmt: skip
    lines = [
        {
            "id": f"{number}-{place}", "title": f"Article {article}", "sku": f"SKU-{article}", "quantity": 1,
            "unit_price": f"{chance.randrange(500, 9900) / 100:.2f}",
        }
        for place, article in enumerate(chance.sample(range(2000), chance.choice((1, 1, 2))))
    ]  # fmt: skip
    total = sum(float(line["unit_price"]) for line in lines) + 4.9
    return {
        "id": f"gid-{number}",
        "number": f"#{number}",
        "placed_at": (_START + timedelta(seconds=number * 7)).isoformat(),
        "currency": "EUR",
        "total": f"{total:.2f}",
        "shipping": "4.90",
        "customer": {"id": f"c{number}", "email": f"{first}.{number}@example.com", "name": name, "country": "DE"},
        "locale": "de",
        "lines": lines,
        "shipping_address": address,
        "billing_address": address,
    }  # fmt: skip
