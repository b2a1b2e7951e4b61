"""New versions of a store's sending rules."""

import secrets
from datetime import datetime

from django.db import transaction

from aftercare.engagement.messaging.events import SendingRulesChanged
from aftercare.engagement.messaging.models import SendingRules
from aftercare.engagement.messaging.sending_rules import BUILTIN, SendingRulesIn, kept_rules
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.stores.models import Store

_LOCK = "sending rules"


@transaction.atomic
def change_sending_rules(*, store: Store, rules: SendingRulesIn, by: str, now: datetime) -> int:
    """Let these hold from the next decision on; answers the version. What does not change makes none.

    Who is in the control group stays so whatever its share becomes: its salt is drawn once.
    """
    lock_for_transaction(_LOCK, store.pk)
    latest = SendingRules.objects.filter(store=store).order_by("-number").first()
    before = kept_rules(latest.rules) if latest else BUILTIN.told
    if rules == before:
        return latest.number if latest else 0
    kept = SendingRules.objects.create(
        store=store, number=latest.number + 1 if latest else 1, rules=rules.model_dump(mode="json"),
        salt=latest.salt if latest else secrets.token_hex(8), since=now, by=by,
    )  # fmt: skip
    changed = [name for name in type(rules).model_fields if getattr(rules, name) != getattr(before, name)]
    record([Fact(SendingRulesChanged(kept.number, changed), store_id=store.pk, occurred_at=now, actor=by)], now=now)
    return kept.number
