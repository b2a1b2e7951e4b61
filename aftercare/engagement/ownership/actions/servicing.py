"""What is done about one service: done, or put off."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.engagement.ownership.actions.scheduling import STRIDE
from aftercare.engagement.ownership.events import ServiceDone, ServiceSnoozed
from aftercare.engagement.ownership.models import Service
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.errors import Invalid

LONGEST_SNOOZE = timedelta(days=366)
_DONE = f"""
    UPDATE ownership_service AS v SET done_at = %(now)s, due_at = NULL, uses = 0,
        next_at = CASE WHEN s.unit <> 'uses' THEN %(now)s + {STRIDE} END
    FROM ownership_schedule AS s WHERE v.id = %(id)s AND s.id = v.schedule_id RETURNING v.next_at
"""  # noqa: S608 -- constants of this room


@transaction.atomic
def mark_done(*, service: Service, by: str, now: datetime) -> None:
    """It was done now: the next is due a stride from now."""
    fetch(_DONE, {"id": service.pk, "now": now})
    _tell(service, ServiceDone(**_words(service)), by, now)


@transaction.atomic
def snooze(*, service: Service, until: datetime, by: str, now: datetime) -> None:
    """Put it off; it falls due again then. Raises Invalid for a time that is past or too far."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise Invalid(
            "It can be put off by a year at most.", field="until", remedy="Give a later day, not too far off."
        )
    Service.objects.filter(pk=service.pk).update(due_at=None, next_at=until)
    _tell(service, ServiceSnoozed(**_words(service), until=until.isoformat()), by, now)


def _words(service: Service) -> dict[str, str]:
    line, schedule = service.line, service.schedule
    return {
        "number": service.order.number, "line": line.external_id, "title": line.title,
        "product": line.product.public_id if line.product else "", "service": str(service.key),
        "schedule": schedule.public_id, "what": schedule.title, "text": schedule.text, "guide": schedule.guide,
    }  # fmt: skip


def _tell(service: Service, event: Event, by: str, now: datetime) -> None:
    order = service.order
    fact = Fact(
        event, store_id=service.store_id, occurred_at=now, customer_id=order.customer_id, order_id=order.pk, actor=by
    )
    record([fact], now=now)
