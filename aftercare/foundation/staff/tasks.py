"""Forgetting how people signed in, and sessions that are over."""

from datetime import timedelta

import structlog
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import forget_sign_ins

SIGN_INS_KEPT_FOR = timedelta(days=180)
log = structlog.get_logger(__name__)


@app.periodic(cron="29 3 * * *")
@app.task(queueing_lock="forget_old_sign_ins", pass_context=False)
def forget_old_sign_ins(timestamp: int) -> None:
    """How people signed in is kept for half a year."""
    forgotten = forget_sign_ins(before=clock.now() - SIGN_INS_KEPT_FOR)
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    store.clear_expired()
    log.info("sign-ins forgotten", count=forgotten, asked_at=timestamp)
