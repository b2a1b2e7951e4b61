"""Second factors come, go, and are taken away."""

from datetime import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.actions import note_second_factor_added, reset_second_factors
from aftercare.foundation.staff.models import Session, User
from aftercare.foundation.staff.queries import has_second_factor
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import make_store, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def olga(shop: Store) -> User:
    return make_user(shop)


def test_recovery_codes_alone_are_no_second_factor(olga: User) -> None:
    RecoveryCodes.activate(olga)
    assert not has_second_factor(user=olga)
    TOTP.activate(olga, SECRET)
    assert has_second_factor(user=olga)


def test_the_secret_is_kept_sealed(olga: User) -> None:
    TOTP.activate(olga, SECRET)
    RecoveryCodes.activate(olga)
    kept = {row.type: row for row in Authenticator.objects.filter(user=olga)}
    assert SECRET not in str(kept["totp"].data)
    codes = kept["recovery_codes"].wrap().get_unused_codes()
    assert len(set(codes)) == 10
    assert all(code not in str(kept["recovery_codes"].data) for code in codes)


def test_every_store_one_works_in_is_told(olga: User, shop: Store, now: datetime) -> None:
    other = make_store("other")
    with store_scope(other.pk):
        make_user(other, email=olga.email)
    note_second_factor_added(user=olga, what="totp", now=now)
    for store in (shop, other):
        with store_scope(store.pk):
            told = EventRow.objects.get(type="staff.second_factor_added")
        assert (told.actor, told.data["what"]) == (f"staff:{olga.public_id}", "totp")


def test_who_lost_their_phone_begins_anew(olga: User, now: datetime) -> None:
    Client().force_login(olga)
    TOTP.activate(olga, SECRET)
    RecoveryCodes.activate(olga)
    assert reset_second_factors(user=olga, by="system", now=now) == 2
    assert not has_second_factor(user=olga)
    assert not Session.objects.filter(user=olga).exists()
    told = EventRow.objects.get(type="staff.second_factor_removed")
    assert (told.actor, told.data["what"]) == ("system", "all")
    assert reset_second_factors(user=olga, by="system", now=now) == 0
    assert EventRow.objects.filter(type="staff.second_factor_removed").count() == 1
