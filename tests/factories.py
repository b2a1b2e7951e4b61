"""Plain factories: each makes one real thing, through the action that makes it in the product."""

from datetime import UTC, datetime
from typing import Any

from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def make_store(slug: str = "juniper", **settings: Any) -> Store:
    """Juniper & Oak of Berlin, unless told otherwise."""
    chosen = {"name": "Juniper & Oak", "locale": "en", "time_zone": "Europe/Berlin", "country": "DE", **settings}
    return open_store(slug=slug, now=NOW, **chosen)
