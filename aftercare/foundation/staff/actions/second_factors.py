"""Telling every store one works in of second factors that come and go, and taking all of them when the phone is lost."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.staff.actions.sign_ins import end_other_sessions
from aftercare.foundation.staff.events import SecondFactorAdded, SecondFactorEvent, SecondFactorRemoved
from aftercare.foundation.staff.models import User
from aftercare.foundation.staff.queries import memberships_of


def note_second_factor_added(*, user: User, what: str, now: datetime) -> None:
    """Leave a trace of a second factor that the user set up."""
    _tell(SecondFactorAdded(member=user.public_id, email=user.email, what=what), user, f"staff:{user.public_id}", now)


def note_second_factor_removed(*, user: User, what: str, now: datetime) -> None:
    """Leave a trace of a second factor that the user gave up."""
    _tell(SecondFactorRemoved(member=user.public_id, email=user.email, what=what), user, f"staff:{user.public_id}", now)


@transaction.atomic
def reset_second_factors(*, user: User, by: str, now: datetime) -> int:
    """Take away every second factor and sign the user out everywhere; answers how many factors there were."""
    gone: int
    gone, _by_model = Authenticator.objects.filter(user=user).delete()
    end_other_sessions(user=user)
    if gone:
        _tell(SecondFactorRemoved(member=user.public_id, email=user.email, what="all"), user, by, now)
    return gone


@transaction.atomic
def _tell(event: SecondFactorEvent, user: User, by: str, now: datetime) -> None:
    works_in = [membership.store_id for membership in memberships_of(user=user)]
    record([Fact(event, store_id=store_id, occurred_at=now, actor=by) for store_id in works_in], now=now)
