"""The sign-in log, and sessions."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from aftercare.foundation.staff.actions import end_other_sessions, end_session, forget_sign_ins, note_sign_in
from aftercare.foundation.staff.models import Session, SignIn, User
from aftercare.foundation.staff.queries import sessions_of, sign_ins_of, sign_ins_of_staff
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store, make_user

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def olga(shop: Store) -> User:
    return make_user(shop)


def note(user: User, at: datetime, outcome: SignIn.Outcome = SignIn.Outcome.SIGNED_IN) -> None:
    note_sign_in(user=user, outcome=outcome, method="Password", address="192.0.2.7", user_agent=FIREFOX, now=at)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_attempt_is_remembered_with_a_browser_in_words(olga: User, now: datetime) -> None:
    note(olga, now)
    seen = sign_ins_of(user=olga, limit=5)
    assert [(one.browser, one.address, one.at) for one in seen] == [("Firefox on Linux", "192.0.2.7", now)]


def test_owners_see_their_own_people_only(olga: User, shop: Store, now: datetime) -> None:
    other = make_store("other")
    with store_scope(other.pk):
        mallory = make_user(other, email="mallory@other.example")
    note(olga, now)
    note(mallory, now)
    assert [one.user for one in sign_ins_of_staff(store=shop).rows] == [olga]
    assert sign_ins_of_staff(store=shop, person=mallory.public_id).rows == []


def test_knocking_at_a_locked_door_does_not_fill_the_log(olga: User, now: datetime) -> None:
    for minute in range(25):
        note(olga, now + timedelta(minutes=minute), SignIn.Outcome.LOCKED)
    assert SignIn.objects.count() == 3
    note(olga, now + timedelta(minutes=25), SignIn.Outcome.WRONG_PASSWORD)
    note(olga, now + timedelta(minutes=25), SignIn.Outcome.WRONG_PASSWORD)
    assert SignIn.objects.count() == 5


def test_half_a_year_is_kept(olga: User, now: datetime) -> None:
    note(olga, now - timedelta(days=181))
    note(olga, now - timedelta(days=179))
    assert forget_sign_ins(before=now - timedelta(days=180)) == 1
    assert [one.at for one in SignIn.objects.all()] == [now - timedelta(days=179)]


def test_a_session_knows_whose_it_is_and_ends_when_told(olga: User, shop: Store, now: datetime) -> None:
    arne = make_user(shop, email="arne@juniper.example")
    here, there, arnes = signed_in(olga), signed_in(olga), signed_in(arne)
    handle = Session.objects.get(pk=there.session.session_key).handle
    assert not end_session(user=arne, handle=handle, now=now)
    assert end_session(user=olga, handle=handle, now=now)
    assert [one.session_key for one in sessions_of(user=olga, now=now)] == [here.session.session_key]
    assert there.get("/console/").status_code == 302
    assert there.get("/console/").headers["Location"].startswith("/accounts/login/")
    assert arnes.get("/console/").headers["Location"] == "/console/juniper/"


def test_signing_out_elsewhere_keeps_the_one_asked_for(olga: User, now: datetime) -> None:
    here, _there, _elsewhere = signed_in(olga), signed_in(olga), signed_in(olga)
    assert end_other_sessions(user=olga, keep=here.session.session_key) == 2
    assert len(sessions_of(user=olga, now=now)) == 1


def test_a_handle_does_not_give_the_session_away(olga: User) -> None:
    client = signed_in(olga)
    session = Session.objects.get(pk=client.session.session_key)
    assert session.session_key not in session.handle
    assert session.handle not in session.session_key
