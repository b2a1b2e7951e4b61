"""Hiring, roles, and letting go."""

from datetime import datetime

import pytest

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.actions import add_staff, change_role, remove_staff
from aftercare.foundation.staff.errors import AlreadyStaff, LastOwner
from aftercare.foundation.staff.models import Membership, User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.staff.queries import membership_in
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(shop: Store, now: datetime) -> Membership:
    return add_staff(store=shop, email="Olga@juniper.example", role=Role.OWNER, now=now, password="a walk in the woods")


def test_the_only_owner_stays_owner(olga: Membership, shop: Store, now: datetime) -> None:
    with pytest.raises(LastOwner):
        change_role(membership=olga, role=Role.AGENT, by="system", now=now)
    with pytest.raises(LastOwner):
        remove_staff(membership=olga, by="system", now=now)
    arne = add_staff(store=shop, email="arne@juniper.example", role=Role.OWNER, now=now)
    remove_staff(membership=olga, by="system", now=now)
    assert list(Membership.objects.all()) == [arne]


def test_nobody_is_hired_twice_whatever_the_case_of_their_address(olga: Membership, shop: Store, now: datetime) -> None:
    with pytest.raises(AlreadyStaff):
        add_staff(store=shop, email="olga@JUNIPER.example", role=Role.AGENT, now=now)
    assert User.objects.count() == 1


def test_an_address_is_kept_as_it_is_looked_up(olga: Membership) -> None:
    assert olga.user.email == "olga@juniper.example"


def test_mallory_of_another_store_is_nobody_here(olga: Membership, now: datetime) -> None:
    other = make_store("mallory")
    with store_scope(other.pk):
        mallory = add_staff(store=other, email="mallory@other.example", role=Role.OWNER, now=now)
    assert membership_in(user=mallory.user, slug="juniper") is None
    assert membership_in(user=olga.user, slug="juniper") == olga


def test_coming_changing_and_going_leave_a_trace_with_what_was_before(
    olga: Membership, shop: Store, now: datetime
) -> None:
    by = f"staff:{olga.user.public_id}"
    arne = add_staff(store=shop, email="arne@juniper.example", role=Role.AGENT, by=by, now=now)
    change_role(membership=arne, role=Role.AGENT, by=by, now=now)  # nothing changes, nothing is told
    change_role(membership=arne, role=Role.OPERATOR, by=by, now=now)
    remove_staff(membership=arne, by=by, now=now)
    told = EventRow.objects.filter(actor=by).order_by("seq").values_list("type", "data")
    member = {"member": arne.user.public_id, "email": "arne@juniper.example"}
    assert list(told) == [
        ("staff.joined", {**member, "role": "agent"}),
        ("staff.role_changed", {**member, "before": "agent", "after": "operator"}),
        ("staff.removed", {**member, "role": "operator"}),
    ]


def test_what_is_refused_leaves_no_trace(olga: Membership, now: datetime) -> None:
    before = EventRow.objects.count()
    with pytest.raises(LastOwner):
        remove_staff(membership=olga, by="system", now=now)
    assert EventRow.objects.count() == before
