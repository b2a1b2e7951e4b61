"""Handing out tokens, and taking them back."""

from datetime import datetime, timedelta

import pytest

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.staff.actions import issue_token, revoke_token
from aftercare.foundation.staff.models import ApiToken, User
from aftercare.foundation.staff.queries import live_token
from aftercare.foundation.stores.models import Store
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(shop: Store) -> User:
    return make_user(shop)


def test_a_token_opens_its_store_until_it_is_revoked(olga: User, shop: Store, now: datetime) -> None:
    token, secret = issue_token(store=shop, name="ERP", scopes=["orders:read"], by=olga, now=now)
    assert secret not in str(ApiToken.objects.values().get())
    found = live_token(secret=secret, now=now)
    assert found is not None
    assert found.store == shop
    revoke_token(token=token, by="system", now=now + timedelta(hours=1))
    assert live_token(secret=secret, now=now) is None
    assert live_token(secret="act_guess", now=now) is None


def test_a_token_opens_nothing_from_its_last_instant_on(shop: Store, now: datetime) -> None:
    end = now + timedelta(days=3)
    _token, secret = issue_token(store=shop, name="ERP", scopes=["orders:read"], by=None, expires_at=end, now=now)
    assert live_token(secret=secret, now=end - timedelta(microseconds=1)) is not None
    assert live_token(secret=secret, now=end) is None


def test_a_token_that_was_over_before_it_began_is_refused(shop: Store, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        issue_token(store=shop, name="ERP", scopes=["orders:read"], by=None, expires_at=now, now=now)
    assert refused.value.field == "expires_at"


def test_a_scope_that_does_not_exist_is_refused(shop: Store, now: datetime) -> None:
    with pytest.raises(Invalid):
        issue_token(store=shop, name="ERP", scopes=["orders:burn"], by=None, now=now)


def test_issuing_and_revoking_leave_a_trace_without_the_secret(olga: User, shop: Store, now: datetime) -> None:
    token, secret = issue_token(store=shop, name="ERP", scopes=["orders:read"], by=olga, now=now)
    by = f"staff:{olga.public_id}"
    revoke_token(token=token, by=by, now=now)
    revoke_token(token=token, by=by, now=now)  # it was revoked already
    told = EventRow.objects.filter(actor=by, type__startswith="token.").order_by("seq")
    assert [row.type for row in told] == ["token.issued", "token.revoked"]
    assert told[0].data["scopes"] == ["orders:read"]
    assert secret not in str(list(told.values()))
