"""Staff and invitations."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.models import Invitation, Membership, User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def membership(store: Store, email: str) -> Membership:
    with store_scope(store.pk):
        return Membership.objects.get(user__email=email)


def test_somebody_is_invited_and_the_link_shown_where_no_mail_leaves(olga: Staff) -> None:
    page = olga.do("staff_invite", expect=200, email="Arne@juniper.example", role="agent")
    assert page.headers["Cache-Control"].startswith("no-store")
    link = re.search(r'data-copy="([^"]+/accounts/invitation/[^"]+)"', page.content.decode())
    assert link
    assert link[1] not in olga.see("staff")
    words = words_of(olga.see("staff"))
    assert "arne@juniper.example Agent" in words
    assert User.objects.count() == 1


def test_where_mail_leaves_the_link_goes_with_it(olga: Staff, settings: Settings) -> None:
    settings.EMAIL_HOST = "relay.juniper.example"
    olga.do("staff_invite", email="arne@juniper.example", role="agent")
    assert "An invitation is on its way to arne@juniper.example" in olga.see("staff")
    assert "/accounts/invitation/" in mail.outbox[0].body


def test_a_new_link_ends_the_one_before_and_taking_back_ends_both(olga: Staff, store: Store) -> None:
    def asked() -> str:
        with store_scope(store.pk):
            return str(Invitation.objects.get().public_id)

    def link_of(page: HttpResponse) -> str:
        found = re.search(r'data-copy="[^"]+(/accounts/invitation/[^"]+)"', page.content.decode())
        assert found
        return found[1]

    first = link_of(olga.do("staff_invite", expect=200, email="arne@juniper.example", role="agent"))
    second = link_of(olga.do("invitation_again", asked(), expect=200))
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
    olga.do("invitation_revoke", asked())
    assert Client().get(second).status_code == 404
    assert "arne@juniper.example Agent" not in words_of(olga.see("staff"))
    olga.do("invitation_revoke", asked())
    assert "settled already" in olga.see("staff")


def test_who_works_here_is_not_invited(olga: Staff) -> None:
    page = olga.do("staff_invite", expect=422, email="OLGA@juniper.example", role="agent").content.decode()
    assert "works in this store already" in page


def test_invitations_of_another_store_are_out_of_reach(olga: Staff) -> None:
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    mallory.do("staff_invite", expect=200, email="arne@other.example", role="agent")
    with store_scope(mallory.store.pk):
        theirs = Invitation.objects.get()
    for name in ("invitation_again", "invitation_revoke"):
        olga.do(name, theirs.public_id, expect=404)
    assert "arne@other.example" not in olga.see("staff")


def test_only_owners_see_who_was_invited(olga: Staff, store: Store) -> None:
    olga.do("staff_invite", expect=200, email="arne@juniper.example", role="agent")
    mina = Staff(store, Role.MARKETER, "mina@juniper.example")
    assert "arne@juniper.example" not in mina.see("staff")
    mina.do("staff_invite", expect=403, email="x@example.com", role="owner")
    mina.do("staff_rules", expect=403, second_factor_required="on")


def test_the_rule_is_kept_and_told(olga: Staff, store: Store) -> None:
    TOTP.activate(olga.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    olga.do("staff_rules", second_factor_required="on")
    assert Store.objects.get(pk=store.pk).second_factor_required
    words = words_of(olga.see("staff"))
    assert "1 of 1 person has a second factor" in words
    with store_scope(store.pk):
        told = EventRow.objects.get(type="store.changed")
    assert told.data["changes"] == {"second_factor_required": {"before": False, "after": True}}
    assert told.actor == f"staff:{olga.user.public_id}"


def test_another_role_and_no_longer_here(olga: Staff, store: Store) -> None:
    Staff(store, Role.AGENT, "arne@juniper.example")
    arne = membership(store, "arne@juniper.example")
    olga.do("staff_role", arne.pk, role="operator")
    assert membership(store, "arne@juniper.example").role == "operator"
    olga.do("staff_role", arne.pk, role="emperor")
    assert membership(store, "arne@juniper.example").role == "operator"
    olga.do("staff_remove", arne.pk)
    assert "arne@juniper.example" not in words_of(olga.see("staff"))
    assert User.objects.filter(email="arne@juniper.example").exists()


@pytest.mark.parametrize(("action", "form"), [("staff_role", {"role": "agent"}), ("staff_remove", {})])
def test_the_last_owner_stays(olga: Staff, store: Store, action: str, form: dict[str, str]) -> None:
    own = membership(store, "olga@juniper.example")
    olga.do(action, own.pk, **form)
    assert membership(store, "olga@juniper.example").role == "owner"
    assert "the store&#x27;s only owner" in olga.see("staff")


def test_people_of_another_store_are_out_of_reach(olga: Staff, store: Store) -> None:
    other = make_store(slug="other")
    Staff(other, email="mallory@other.example")
    olga.do("staff_remove", membership(other, "mallory@other.example").pk, expect=404)
