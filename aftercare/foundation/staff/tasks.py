"""Forgetting how people signed in, and sessions that are over."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.module_loading import import_string
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import forget_sign_ins
from aftercare.foundation.staff.mail import can_mail_staff, mail_staff
from aftercare.foundation.stores.queries import stores_by_id

SIGN_INS_KEPT_FOR = timedelta(days=180)
log = structlog.get_logger(__name__)


class NotTaken(Exception):  # noqa: N818 -- read as a sentence
    """The relay did not take a mail; it is tried again."""


@app.task(retry=RetryStrategy(max_attempts=6, exponential_wait=60), pass_context=False)
def send_to_staff(*, store_id: int, to: list[str], subject: str, text: str) -> None:
    """A mail that was asked for within a transaction, sent once that has committed."""
    if can_mail_staff() and not mail_staff(
        store=stores_by_id(ids={store_id})[store_id], to=to, subject=subject, text=text, about="alert"
    ):
        raise NotTaken(subject)


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="forget_old_sign_ins", pass_context=False)
def forget_old_sign_ins(timestamp: int) -> None:
    """How people signed in is kept for half a year."""
    forgotten = forget_sign_ins(before=clock.now() - SIGN_INS_KEPT_FOR)
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    store.clear_expired()
    log.info("sign-ins forgotten", count=forgotten, asked_at=timestamp)
