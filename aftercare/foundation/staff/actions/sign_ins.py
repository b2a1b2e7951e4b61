"""Noting how people sign in, and ending where they are signed in."""

from datetime import datetime, timedelta

from django.db import transaction

from aftercare.foundation.staff.browsers import browser_in_words
from aftercare.foundation.staff.models import Session, SignIn, User
from aftercare.foundation.staff.queries import sessions_of

_LONGEST_ADDRESS = 45
_AT_ONCE = 5000
_LOCKED_IS_NOTED_EVERY = timedelta(minutes=10)


def note_sign_in(
    *, user: User, outcome: SignIn.Outcome, method: str, address: str, user_agent: str, now: datetime
) -> None:
    """Remember an attempt to sign in as this user, whatever came of it.

    Whoever goes on knocking at a locked door is noted now and then: their patience must not fill the log.
    """
    if outcome == SignIn.Outcome.LOCKED:
        lately = SignIn.objects.filter(user=user, at__gt=now - _LOCKED_IS_NOTED_EVERY, at__lte=now)
        if lately.filter(outcome=outcome, address=address[:_LONGEST_ADDRESS]).exists():
            return
    SignIn.objects.create(
        user=user, outcome=outcome, method=method, address=address[:_LONGEST_ADDRESS],
        browser=browser_in_words(user_agent), at=now,
    )  # fmt: skip


@transaction.atomic
def end_session(*, user: User, handle: str, now: datetime) -> bool:
    """Sign the user out where this session is; answers whether there was one."""
    keys = [session.session_key for session in sessions_of(user=user, now=now) if session.handle == handle]
    ended, _by_model = Session.objects.filter(user=user, session_key__in=keys).delete()
    return bool(ended)


@transaction.atomic
def end_other_sessions(*, user: User, keep: str | None = None) -> int:
    """Sign the user out everywhere but in the session of this key; answers in how many."""
    ended, _by_model = Session.objects.filter(user=user).exclude(session_key=keep or "").delete()
    return ended


def forget_sign_ins(*, before: datetime) -> int:
    """Let go of attempts older than this, in chunks; answers how many."""
    forgotten = 0
    while True:
        oldest = SignIn.objects.filter(at__lt=before).order_by("at").values("pk")[:_AT_ONCE]
        gone, _by_model = SignIn.objects.filter(pk__in=oldest).delete()
        forgotten += gone
        if gone < _AT_ONCE:
            return forgotten
