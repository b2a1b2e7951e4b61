"""Staff, tokens and permissions."""

import re

import pytest

from aftercare.foundation.staff.models import ApiToken, Membership, User
from aftercare.foundation.staff.policy import Permission, Role
from aftercare.foundation.staff.queries import live_token
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


def test_somebody_new_works_here(olga: Staff, store: Store) -> None:
    olga.do("staff_add", email="arne@juniper.example", name="Arne", role="agent")
    assert membership(store, "arne@juniper.example").role == "agent"
    assert "Arne arne@juniper.example" in words_of(olga.see("staff"))


def test_nobody_is_added_twice(olga: Staff) -> None:
    page = olga.do("staff_add", expect=422, email="OLGA@juniper.example", role="agent").content.decode()
    assert "works in this store already" in page


def test_another_role_and_no_longer_here(olga: Staff, store: Store) -> None:
    olga.do("staff_add", email="arne@juniper.example", role="agent")
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


def test_a_token_is_shown_once_and_opens_what_it_should(olga: Staff, store: Store) -> None:
    page = olga.do("token_issue", expect=200, name="Shop", scopes=["orders:read", "orders:write"])
    assert page.headers["Cache-Control"] == "no-store"
    secret = re.search(r'data-copy="(act_[^"]+)"', page.content.decode())
    assert secret
    token = live_token(secret=secret[1])
    assert token
    assert (token.store_id, token.scopes, token.created_by) == (store.pk, ["orders:read", "orders:write"], olga.user)
    assert secret[1] not in olga.see("tokens")
    assert f"act_…{secret[1][-4:]}" in olga.see("tokens")


@pytest.mark.parametrize(
    "form", [{"name": "Shop"}, {"name": "", "scopes": ["orders:read"]}, {"name": "x", "scopes": ["all"]}]
)
def test_a_token_without_name_or_scope_is_refused(olga: Staff, store: Store, form: dict[str, object]) -> None:
    olga.do("token_issue", expect=422, **form)
    with store_scope(store.pk):
        assert not ApiToken.objects.exists()


def test_a_revoked_token_opens_nothing(olga: Staff) -> None:
    page = olga.do("token_issue", expect=200, name="Shop", scopes=["orders:read"]).content.decode()
    secret = re.findall(r'data-copy="(act_[^"]+)"', page)[0]
    token = live_token(secret=secret)
    assert token
    olga.do("token_revoke", token.public_id)
    assert live_token(secret=secret) is None
    assert "Revoked" in words_of(olga.see("tokens"))


def test_permissions_as_a_table(olga: Staff) -> None:
    html = olga.see("permissions")
    assert all(permission.value in html for permission in Permission)
    row = html.partition("staff:write")[2].partition("</tr>")[0]
    assert row.count("<td>") == len(Role)
    assert row.count('aria-label="Yes"') == 1
