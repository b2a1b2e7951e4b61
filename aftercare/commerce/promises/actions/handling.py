"""What staff say of how orders reach the carrier."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.commerce.promises.actions.due import note_learned
from aftercare.commerce.promises.models import Handling, Learned


@transaction.atomic
def set_handling(*, store_id: int, said: dict[str, Any], now: datetime) -> Handling:
    """Keep it, and promise all that is open anew. `said` has the fields of Handling."""
    handling, _ = Handling.objects.update_or_create(store_id=store_id, defaults=said)
    for stage in Learned.Stage:
        note_learned(store_id=store_id, stage=stage, now=now)
    return handling
