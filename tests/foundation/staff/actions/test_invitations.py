"""Asking somebody to work here, and their coming."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.actions import accept_invitation, add_staff, invite, join_as_new, revoke_invitation
from aftercare.foundation.staff.actions.invitations import invitation_of_token, invitation_token
from aftercare.foundation.staff.errors import AccountExists, AlreadyStaff, InvitationEnded, NotInvited
from aftercare.foundation.staff.models import Invitation, Membership, User
from aftercare.foundation.staff.policy import INVITATION_HOLDS_FOR, Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store, make_user

PASSWORD = "correct horse battery"
ARNE = "arne@juniper.example"

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(shop: Store, now: datetime) -> Invitation:
    return invite(store=shop, email="Arne@Juniper.example", role=Role.AGENT, by=make_user(shop), now=now)


def test_who_is_asked_opens_an_account_and_works_here(asked: Invitation, shop: Store, now: datetime) -> None:
    found = invitation_of_token(token=invitation_token(invitation=asked), now=now)
    membership = join_as_new(invitation=found, name="Arne", password=PASSWORD, now=now)
    assert (membership.store_id, membership.role, membership.user.email) == (shop.pk, "agent", ARNE)
    assert membership.user.check_password(PASSWORD)


def test_a_link_works_once(asked: Invitation, now: datetime) -> None:
    token = invitation_token(invitation=asked)
    held = invitation_of_token(token=token, now=now)
    membership = join_as_new(invitation=held, name="Arne", password=PASSWORD, now=now)
    with pytest.raises(InvitationEnded):
        invitation_of_token(token=token, now=now)
    with pytest.raises(InvitationEnded):
        accept_invitation(invitation=held, user=membership.user, now=now)


def test_a_link_ends_with_the_week_when_taken_back_and_when_sent_again(
    asked: Invitation, shop: Store, now: datetime
) -> None:
    first = invitation_token(invitation=asked)
    last_moment = now + INVITATION_HOLDS_FOR - timedelta(microseconds=1)
    assert invitation_of_token(token=first, now=last_moment) == asked
    with pytest.raises(InvitationEnded):
        invitation_of_token(token=first, now=now + INVITATION_HOLDS_FOR)
    again = invite(store=shop, email=ARNE, role=Role.OPERATOR, by=None, now=now)
    assert (again.pk, again.role) == (asked.pk, "operator")
    with pytest.raises(InvitationEnded):
        invitation_of_token(token=first, now=now)
    second = invitation_token(invitation=again)
    revoke_invitation(invitation=again, by="system", now=now)
    with pytest.raises(InvitationEnded):
        invitation_of_token(token=second, now=now)
    with pytest.raises(InvitationEnded):
        revoke_invitation(invitation=again, by="system", now=now)


@pytest.mark.parametrize("token", ["", "x", "x:y:z", "WyJpbnZfMSIsMV0:1:forged"])
def test_a_forged_link_ends_like_any_other(db: None, token: str, now: datetime) -> None:
    with pytest.raises(InvitationEnded):
        invitation_of_token(token=token, now=now)


def test_an_account_is_nobodys_but_its_owners(asked: Invitation, shop: Store, now: datetime) -> None:
    other = make_store("other")
    with store_scope(other.pk):
        arne = make_user(other, email=ARNE, role=Role.ANALYST)
        mallory = make_user(other, email="mallory@other.example")
    with pytest.raises(AccountExists):
        join_as_new(invitation=asked, name="Arne", password=PASSWORD, now=now)
    with pytest.raises(NotInvited):
        accept_invitation(invitation=asked, user=mallory, now=now)
    assert accept_invitation(invitation=asked, user=arne, now=now).store_id == shop.pk
    assert not User.objects.get(pk=arne.pk).check_password(PASSWORD)


def test_who_works_here_is_not_asked(shop: Store, now: datetime) -> None:
    olga = make_user(shop)
    with pytest.raises(AlreadyStaff):
        invite(store=shop, email=olga.email.upper(), role=Role.AGENT, by=olga, now=now)


def test_who_was_added_meanwhile_is_not_added_twice(asked: Invitation, shop: Store, now: datetime) -> None:
    arne = add_staff(store=shop, email=ARNE, role=Role.AGENT, now=now).user
    with pytest.raises(AlreadyStaff):
        accept_invitation(invitation=asked, user=arne, now=now)
    asked.refresh_from_db()
    assert asked.accepted_at is None


def test_asking_and_joining_leave_a_trace(asked: Invitation, now: datetime) -> None:
    membership = join_as_new(invitation=asked, name="Arne", password=PASSWORD, now=now)
    told = list(EventRow.objects.order_by("seq").values_list("type", "actor"))[-2:]
    assert asked.invited_by is not None
    assert told == [
        ("staff.invited", f"staff:{asked.invited_by.public_id}"),
        ("staff.joined", f"staff:{membership.user.public_id}"),
    ]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_the_link_at_once_one_joins(now: datetime) -> None:
    store = make_store()
    with store_scope(store.pk):
        asked = invite(store=store, email=ARNE, role=Role.AGENT, by=None, now=now)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def join() -> None:
        together.wait()
        try:
            with store_scope(store.pk):
                join_as_new(invitation=asked, name="Arne", password=PASSWORD, now=now)
            outcomes.append("joined")
        except (AccountExists, InvitationEnded):
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=join) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["joined", "refused"]
    with store_scope(store.pk):
        assert Membership.objects.count() == 1
