"""What is forgotten by itself."""

from datetime import datetime, timedelta

from django.test import Client

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.actions import note_sign_in
from aftercare.foundation.staff.models import Session, SignIn, User
from aftercare.foundation.staff.tasks import SIGN_INS_KEPT_FOR, forget_old_sign_ins
from aftercare.foundation.stores.models import Store
from tests.factories import make_user


def test_old_sign_ins_and_dead_sessions_are_forgotten(shop: Store) -> None:
    now, olga = clock.now(), make_user(shop)
    Client().force_login(olga)
    dead = Client()
    dead.force_login(olga)
    Session.objects.filter(pk=dead.session.session_key).update(expire_date=now - timedelta(days=1))
    _note(olga, now)
    _note(olga, now - SIGN_INS_KEPT_FOR - timedelta(minutes=1))
    forget_old_sign_ins(0)
    assert [one.at for one in SignIn.objects.all()] == [now]
    assert Session.objects.count() == 1


def _note(user: User, at: datetime) -> None:
    note_sign_in(
        user=user,
        outcome=SignIn.Outcome.SIGNED_IN,
        method="Password",
        address="",
        user_agent="",
        now=at,
    )
