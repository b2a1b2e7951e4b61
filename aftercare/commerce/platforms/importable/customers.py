"""Customers."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.customers.schemas import CustomerIn
from aftercare.commerce.platforms.importable import Importable, register
from aftercare.foundation.kit.intake import Intake


@register
class Customers(Importable[CustomerIn]):
    """The people of a shop, with their address book and what they agreed to."""

    key = "customers"
    title = "Customers"
    schema = CustomerIn
    keys = ("id", "email", "phone")
    examples: ClassVar = (
        {
            "id": "7081",
            "email": "sam@example.org",
            "phone": "+49 30 1234567",
            "name": "Sam Shopper",
            "locale": "de",
            "time_zone": "Europe/Berlin",
            "country": "DE",
            "traits": {"vip": "yes"},
            "addresses": [
                {
                    "recipient": "Sam Shopper",
                    "company": "Shopper & Sons",
                    "street": "Lindenweg 4",
                    "street2": "2nd floor",
                    "city": "Berlin",
                    "postcode": "10115",
                    "region": "Berlin",
                    "country": "DE",
                    "phone": "+49 30 1234567",
                }
            ],
            "consents": [
                {
                    "purpose": "marketing",
                    "channel": "email",
                    "granted": True,
                    "source": "checkout",
                    "wording": "Send me news about my purchases.",
                    "at": "2026-10-01T08:12:00+02:00",
                }
            ],
            "created_at": "2026-10-01T08:12:00+02:00",
        },
    )

    def record(self, *, store_id: int, source: str, things: Sequence[CustomerIn], now: datetime) -> Intake:
        return record_customers(store_id=store_id, source=source, customers=things, now=now)
