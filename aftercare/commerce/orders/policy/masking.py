"""Where a parcel goes, shown so that whoever knows the address recognises it and nobody else learns it.

A link to an order is a secret, but one that people forward.
"""

from collections.abc import Mapping
from typing import Any

_KEPT_OF_POSTCODE = 2


def masked_address(address: Mapping[str, Any]) -> dict[str, str]:
    """First name, the beginning of street and postcode, the city and the country's code; only what there is."""
    shown = {
        "name": str(address.get("recipient") or address.get("company") or "").split(" ")[0],
        "street": _beginning(str(address.get("street") or ""), 1),
        "postcode": _beginning(str(address.get("postcode") or ""), _KEPT_OF_POSTCODE),
        "city": str(address.get("city") or ""),
        "country": str(address.get("country") or ""),
    }
    return {name: value for name, value in shown.items() if value}


def _beginning(text: str, kept: int) -> str:
    return f"{text[:kept]}…" if text else ""
