"""Customers as the API's description shows them; the tests send them."""

from typing import Any

CUSTOMER: dict[str, Any] = {
    "id": "77",
    "name": "Sam Okafor",
    "email": "sam@example.com",
    "phone": "+493012345678",
    "locale": "en",
    "country": "DE",
    "consents": [{"purpose": "marketing", "granted": True, "source": "checkout", "at": "2025-11-20T09:12:00Z"}],
}
CUSTOMERS = {"source": "shop", "customers": [CUSTOMER]}
CONSENT = {
    "purpose": "marketing", "channel": "email", "granted": False, "source": "preference page",
    "wording": "No more news, please.",
}  # fmt: skip
MERGE = {"absorbed": "cus_7d0xk2m9qv4t8r1n"}
