"""Notices are drafted, published to all whom they are for, and ended."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aftercare.commerce.catalog.queries import product_named
from aftercare.engagement.notices.actions.sending import NOTICES
from aftercare.engagement.notices.audience import AFFECTED, affected_by
from aftercare.engagement.notices.errors import NotInThisState
from aftercare.engagement.notices.events import NoticeEnded, NoticePublished
from aftercare.engagement.notices.models import Addressee, Notice
from aftercare.engagement.notices.policy import batches_of, serial_range
from aftercare.engagement.notices.schemas import NoticeIn
from aftercare.engagement.notices.vocabulary import NoticeState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store

_ADDRESS = f"""
    INSERT INTO notices_addressee (store_id, notice_id, order_id, line_id, ask_at, rounds, read_by)
    SELECT DISTINCT ON (l.order_id) l.store_id, %(notice)s, l.order_id, l.id, %(now)s, 0, ''
    FROM orders_line AS l WHERE {AFFECTED} AND (%(orders)s::bigint[] IS NULL OR l.order_id = ANY(%(orders)s))
    ORDER BY l.order_id, l.id ON CONFLICT (notice_id, order_id) DO NOTHING RETURNING 1
"""  # noqa: S608 -- constants of this room
# Held, so that none is ended meanwhile whose messages would go out all the same.
_CONCERNING = """
    SELECT n.id FROM notices_notice AS n WHERE n.state = %(published)s AND EXISTS (
        SELECT 1 FROM orders_line AS l WHERE l.order_id = ANY(%(orders)s) AND l.product_id = n.product_id)
    ORDER BY n.id FOR SHARE OF n
"""


@transaction.atomic
def write_notice(*, store: Store, told: NoticeIn, by: str, now: datetime, instead_of: Notice | None = None) -> Notice:
    """Draft a notice, or a draft anew; raises Invalid, and NotInThisState for one that was published."""
    serial_range(told.serial_from, told.serial_to)
    batches_of(told.batches)
    product = product_named(public_id=told.product)
    variant = next((one for one in product.variants.all() if one.sku == told.sku), None) if told.sku else None
    if told.sku and variant is None:
        raise Invalid("This product has no such variant.", field="sku")
    notice = instead_of or Notice(store=store, created_at=now, created_by=by)
    if instead_of is not None:
        _lock(instead_of, NoticeState.DRAFT)
    for name in ("severity", "title", "text", "batches", "serial_from", "serial_to"):
        setattr(notice, name, getattr(told, name))
    notice.product, notice.variant = product, variant
    notice.save()
    return notice


@transaction.atomic
def publish_notice(*, notice: Notice, by: str, now: datetime) -> int:
    """Fix whom it is for and have all of them told; answers how many. Raises NotInThisState."""
    _lock(notice, NoticeState.DRAFT)
    audience = _address(notice, None, now)
    notice.state, notice.published_at = NoticeState.PUBLISHED, now
    notice.save(update_fields=["state", "published_at"])
    _tell(notice, NoticePublished(notice.public_id, notice.severity, notice.title, audience=audience), by, now)
    wake(NOTICES)
    return audience


@transaction.atomic(savepoint=False)
def address_orders(*, order_ids: Collection[int], now: datetime) -> int:
    """Have their owners told of what was published before they bought, or before it was known which one they got.

    Answers how many are addressed that were not. A statement for each notice that is about something these orders hold.
    """
    concerning = fetch(_CONCERNING, {"orders": sorted(order_ids), "published": NoticeState.PUBLISHED.value})
    if not concerning:
        return 0
    found = Notice.objects.select_related("variant").filter(pk__in=[number for (number,) in concerning])
    more = sum(_address(notice, order_ids, now) for notice in found)
    if more:
        wake(NOTICES)
    return more


@transaction.atomic
def end_notice(*, notice: Notice, by: str, now: datetime) -> None:
    """Nobody is told of it any more, and pages show it no longer; raises NotInThisState."""
    _lock(notice, NoticeState.PUBLISHED)
    Addressee.objects.filter(notice=notice, ask_at__isnull=False).update(ask_at=None)
    notice.state, notice.ended_at = NoticeState.ENDED, now
    notice.save(update_fields=["state", "ended_at"])
    _tell(notice, NoticeEnded(notice.public_id, notice.severity, notice.title), by, now)


def _address(notice: Notice, order_ids: Collection[int] | None, now: datetime) -> int:
    orders = None if order_ids is None else sorted(order_ids)
    return len(fetch(_ADDRESS, {**affected_by(notice), "notice": notice.pk, "orders": orders, "now": now}))


def _lock(notice: Notice, state: NoticeState) -> None:
    """Of two people who act at once, one is told."""
    if not Notice.objects.select_for_update().filter(pk=notice.pk, state=state).exists():
        raise NotInThisState("It is not in this state any more: somebody was quicker.", remedy="Look at it again.")


def _tell(notice: Notice, event: Event, by: str, now: datetime) -> None:
    record([Fact(event, store_id=notice.store_id, occurred_at=now, actor=by)], now=now)
