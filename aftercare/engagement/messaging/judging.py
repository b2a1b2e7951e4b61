"""A template of a store, judged: with the variables its messages are given, and the store's own name and address."""

from datetime import datetime
from typing import Any

from aftercare.engagement.messaging.actions.brands import look_of
from aftercare.engagement.messaging.checking import Problem, problems_of
from aftercare.engagement.messaging.contents import Content, with_newlines
from aftercare.engagement.messaging.samples import sample_context
from aftercare.engagement.messaging.types import MessageType, message_type
from aftercare.foundation.stores.models import Store


def judged(*, store: Store, key: str, locale: str, content: Content, now: datetime) -> list[Problem]:
    """What is wrong with it, or could be better."""
    kind = message_type(key)
    sample = store_sample(store=store, kind=kind, locale=locale, now=now)
    return problems_of(
        content=with_newlines(content), kind=kind, sample=sample, postal_address=store.postal_address
    )  # fmt: skip


def store_sample(*, store: Store, kind: MessageType, locale: str, now: datetime) -> dict[str, Any]:
    """What a template of this store is given, with invented people and the real brand."""
    sample = sample_context(
        kind=kind, locale=locale, currency=store.currency, time_zone=store.time_zone, now=now
    )  # fmt: skip
    return sample | {"brand": look_of(store)}
