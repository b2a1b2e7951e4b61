"""Guides that tests read."""

from typing import Any

from aftercare.engagement.content.actions import write_guide
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.stores.models import Store
from tests.factories import NOW

STEPS = "Take **care**.\n\n1. Soak it.\n2. Rinse it *twice*.\n\nThen enjoy it."


def make_guide(store: Store, **given: Any) -> Guide:
    """How to start with a filter jug. Needs the store's scope."""
    chosen = {
        "slug": "first-day", "locale": "en", "kind": "quick_start", "title": "The jug on its first day",
        "summary": "Soak, rinse twice.", "body": STEPS, "product_ids": (), **given,
    }  # fmt: skip
    return write_guide(store=store, guide=GuideIn(**chosen), now=NOW)
