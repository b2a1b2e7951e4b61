"""Telling those a notice is for, round by round, in sets: each once per round, whatever is killed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from aftercare.engagement.messaging.actions.request import Taken
from aftercare.engagement.messaging.actions.ways import ask_best
from aftercare.engagement.messaging.requests import BEST, MessageRequest
from aftercare.engagement.notices.errors import NotInThisState
from aftercare.engagement.notices.events import NoticeSent
from aftercare.engagement.notices.models import Addressee, Notice
from aftercare.engagement.notices.vocabulary import MESSAGES, NoticeState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake

NOTICES = "product notices"
BATCH = 1000
_CLAIM = """
    WITH due AS (
        SELECT id FROM notices_addressee WHERE ask_at <= %(now)s ORDER BY ask_at, id LIMIT %(limit)s
        FOR UPDATE SKIP LOCKED
    )
    UPDATE notices_addressee AS a SET ask_at = NULL, sent_at = %(now)s, rounds = a.rounds + 1
    FROM due, notices_notice AS n, orders_order AS o, catalog_product AS p
    WHERE a.id = due.id AND n.id = a.notice_id AND o.id = a.order_id AND p.id = n.product_id
    RETURNING a.store_id, n.public_id, n.severity, n.title, n.text, p.title, o.id, o.number, o.customer_id, a.line_id,
              a.rounds
"""


@transaction.atomic
def send_due(now: datetime, *, limit: int = BATCH) -> int:
    """Ask messaging to tell one batch; answers how many. Whether it may go is decided there, and kept with its reason."""
    rows = fetch(_CLAIM, {"now": now, "limit": limit})
    taken = ask_best(requests=[_request(row, now) for row in rows], now=now)
    record([_fact(row, one, now) for row, one in zip(rows, taken, strict=True)], now=now)
    return len(rows)


@transaction.atomic
def remind_unread(*, notice: Notice, now: datetime) -> int:
    """Have all told once more who have not read it; answers how many. Raises NotInThisState where it is not published."""
    if not Notice.objects.select_for_update().filter(pk=notice.pk, state=NoticeState.PUBLISHED).exists():
        raise NotInThisState("Only of a published notice can one be reminded.")
    unread = Addressee.objects.filter(notice=notice, read_at=None, ask_at=None)
    reminded: int = unread.update(ask_at=now)
    wake(NOTICES)
    return reminded


def _request(row: tuple[Any, ...], now: datetime) -> MessageRequest:
    store_id, notice, severity, title, text, product, order_id, _number, customer_id, line_id, rounds = row
    return MessageRequest(
        store_id=store_id, message_type=MESSAGES[severity], channel=BEST, origin=f"notice:{notice}",
        dedupe_key=f"notice:{notice}:{order_id}:{rounds}", customer_id=customer_id, order_id=order_id, line_id=line_id,
        caused_at=now, data={"notice": notice, "title": title, "text": text, "product": product},
    )  # fmt: skip


def _fact(row: tuple[Any, ...], taken: Taken, now: datetime) -> Fact:
    store_id, notice, severity, title, _text, _product, order_id, number, customer_id, _line, rounds = row
    event = NoticeSent(
        notice, severity, title, number=number, round=rounds, verdict=taken.decision.verdict.value
    )  # fmt: skip
    return Fact(event, store_id=store_id, occurred_at=now, customer_id=customer_id, order_id=order_id)
