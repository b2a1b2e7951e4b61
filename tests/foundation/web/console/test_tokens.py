"""API tokens."""

import re

import pytest

from aftercare.foundation.staff.models import ApiToken
from aftercare.foundation.staff.policy import PERMISSION_WORDS, Permission
from aftercare.foundation.staff.queries import live_token
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_a_token_is_shown_once_and_opens_what_it_should(olga: Staff, store: Store) -> None:
    page = olga.do("token_issue", expect=200, name="Shop", scopes=["orders:read", "orders:write"])
    assert page.headers["Cache-Control"] == "no-store"
    secret = re.search(r'data-copy="(act_[^"]+)"', page.content.decode())
    assert secret
    token = live_token(secret=secret[1], now=NOW)
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
    token = live_token(secret=secret, now=NOW)
    assert token
    olga.do("token_revoke", token.public_id)
    assert live_token(secret=secret, now=NOW) is None
    assert "Revoked" in words_of(olga.see("tokens"))


def test_scopes_are_told_in_words(olga: Staff) -> None:
    olga.do("token_issue", expect=200, name="Shop", scopes=["orders:read", "shipments:write"])
    words = words_of(olga.see("tokens"))
    assert "2 things See orders Change parcels and report scans" in words
    assert all(str(PERMISSION_WORDS[permission]) in words for permission in Permission)


def test_a_token_may_have_a_last_day_which_ends_where_the_store_is(olga: Staff, store: Store) -> None:
    olga.do("token_issue", expect=200, name="Shop", scopes=["orders:read"], last_day="2026-11-24")
    with store_scope(store.pk):
        (token,) = ApiToken.objects.all()
    assert token.expires_at.isoformat() == "2026-11-24T23:00:00+00:00"  # midnight in Berlin
    assert "Soon over" in words_of(olga.see("tokens"))


def test_a_day_that_is_over_is_refused(olga: Staff, store: Store) -> None:
    olga.do("token_issue", expect=422, name="Shop", scopes=["orders:read"], last_day="2026-11-21")
    with store_scope(store.pk):
        assert not ApiToken.objects.exists()
