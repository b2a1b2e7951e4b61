"""Proof that a notice was read: opened, and acknowledged."""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.notices.events import NoticeAcknowledged, NoticeRead
from aftercare.engagement.notices.models import Addressee
from aftercare.engagement.notices.vocabulary import ReadBy
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact


@transaction.atomic
def note_read(*, addressee: Addressee, how: ReadBy, by: str, now: datetime) -> None:
    """It was opened; only the first time is kept."""
    unread = Addressee.objects.filter(pk=addressee.pk, read_at=None)
    # No reminder is owed to who has read it.
    if unread.update(read_at=now, read_by=how, ask_at=None):
        _tell(addressee, NoticeRead(*_named(addressee), by=how.value), by, now)


@transaction.atomic
def acknowledge(*, addressee: Addressee, how: ReadBy, by: str, now: datetime) -> None:
    """Somebody says that they have read it; only the first time is kept."""
    note_read(addressee=addressee, how=how, by=by, now=now)
    if Addressee.objects.filter(pk=addressee.pk, acknowledged_at=None).update(acknowledged_at=now):
        _tell(addressee, NoticeAcknowledged(*_named(addressee), by=how.value), by, now)


def _named(addressee: Addressee) -> tuple[str, str, str, str]:
    notice = addressee.notice
    return notice.public_id, notice.severity, notice.title, addressee.order.number


def _tell(addressee: Addressee, event: Event, by: str, now: datetime) -> None:
    order = addressee.order
    fact = Fact(
        event, store_id=addressee.store_id, occurred_at=now, customer_id=order.customer_id, order_id=order.pk, actor=by
    )
    record([fact], now=now)
