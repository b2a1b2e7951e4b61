"""Hiring, roles and tokens."""

from datetime import datetime, timedelta

import pytest

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.actions import add_staff, change_role, issue_token, remove_staff, revoke_token
from aftercare.foundation.staff.errors import AlreadyStaff, LastOwner
from aftercare.foundation.staff.models import ApiToken, Membership, User
from aftercare.foundation.staff.policy import GRANTS, Permission, Role, role_may
from aftercare.foundation.staff.queries import live_token, membership_in
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(shop: Store, now: datetime) -> Membership:
    return add_staff(store=shop, email="Olga@juniper.example", role=Role.OWNER, now=now, password="a walk in the woods")


def test_the_only_owner_stays_owner(olga: Membership, shop: Store, now: datetime) -> None:
    with pytest.raises(LastOwner):
        change_role(membership=olga, role=Role.AGENT)
    with pytest.raises(LastOwner):
        remove_staff(membership=olga)
    arne = add_staff(store=shop, email="arne@juniper.example", role=Role.OWNER, now=now)
    remove_staff(membership=olga)
    assert list(Membership.objects.all()) == [arne]


def test_nobody_is_hired_twice_whatever_the_case_of_their_address(olga: Membership, shop: Store, now: datetime) -> None:
    with pytest.raises(AlreadyStaff):
        add_staff(store=shop, email="olga@JUNIPER.example", role=Role.AGENT, now=now)
    assert User.objects.count() == 1


def test_mallory_of_another_store_is_nobody_here(olga: Membership, now: datetime) -> None:
    other = make_store("mallory")
    with store_scope(other.pk):
        mallory = add_staff(store=other, email="mallory@other.example", role=Role.OWNER, now=now)
    assert membership_in(user=mallory.user, slug="juniper") is None
    assert membership_in(user=olga.user, slug="juniper") == olga


def test_a_token_opens_its_store_until_it_is_revoked(olga: Membership, shop: Store, now: datetime) -> None:
    token, secret = issue_token(store=shop, name="ERP", scopes=["orders:read"], by=olga.user, now=now)
    assert secret not in str(ApiToken.objects.values().get())
    found = live_token(secret=secret)
    assert found is not None
    assert found.store == shop
    revoke_token(token=token, now=now + timedelta(hours=1))
    assert live_token(secret=secret) is None
    assert live_token(secret="act_guess") is None


def test_a_scope_that_does_not_exist_is_refused(shop: Store, now: datetime) -> None:
    with pytest.raises(Invalid):
        issue_token(store=shop, name="ERP", scopes=["orders:burn"], by=None, now=now)


def test_roles_are_what_the_table_says() -> None:
    assert GRANTS[Role.OWNER] == frozenset(Permission)
    assert not role_may(role=Role.ANALYST, permission=Permission.ORDERS_WRITE)
    assert not role_may(role=Role.AGENT, permission=Permission.STAFF_WRITE)
    assert role_may(role=Role.MARKETER, permission=Permission.JOURNEYS_WRITE)
