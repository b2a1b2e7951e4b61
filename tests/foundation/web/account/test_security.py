"""One's own security page."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from aftercare.foundation.staff.actions import note_sign_in
from aftercare.foundation.staff.models import Session, SignIn
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from tests.factories import NOW
from tests.staffing import Staff
from tests.visiting import words_of

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def page_of(client: Client) -> str:
    response = client.get(reverse("mfa_index"))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    return str(response.content.decode())


def test_whoever_is_not_signed_in_is_asked_to(db: None) -> None:
    for path in (reverse("mfa_index"), reverse("mfa_view_recovery_codes"), reverse("account_change_password")):
        assert Client().get(path).headers["Location"].startswith("/accounts/login/")
    assert Client().post(reverse("sessions_end")).headers["Location"].startswith("/accounts/login/")


def test_what_one_has_and_what_happened(olga: Staff) -> None:
    words = words_of(page_of(olga.client))
    assert "Add a passkey" in words
    assert "Recovery codes" not in words
    TOTP.activate(olga.user, SECRET)
    RecoveryCodes.activate(olga.user)
    note_sign_in(
        user=olga.user, outcome=SignIn.Outcome.WRONG_PASSWORD, method="Password", address="192.0.2.7", user_agent="",
        now=NOW,
    )  # fmt: skip
    words = words_of(page_of(olga.client))
    assert "10 codes are left" in words
    assert "Wrong password Password Unknown browser · 192.0.2.7" in words


def test_one_signs_out_elsewhere_but_not_others(olga: Staff, store: Store) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    there = Client()
    there.force_login(olga.user)
    handle = Session.objects.get(pk=there.session.session_key).handle
    assert handle in page_of(olga.client)
    arne.client.post(reverse("session_end", args=[handle]))
    assert there.get("/console/").headers["Location"] == "/console/juniper/"
    olga.client.post(reverse("session_end", args=[handle]))
    assert there.get("/console/").headers["Location"].startswith("/accounts/login/")
    olga.client.post(reverse("sessions_end"))
    assert page_of(olga.client)
    assert page_of(arne.client)


def test_nobody_touches_the_passkeys_of_others(olga: Staff, store: Store) -> None:
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    key = Authenticator.objects.create(user=arne.user, type="webauthn", data={"name": "Arne's", "credential": {}})
    olga.client.post(reverse("account_reauthenticate"), {"password": "x"})
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert olga.client.post(reverse(name, args=[key.pk])).status_code in {302, 404}
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_the_page_takes_as_many_queries_for_three_as_for_one(olga: Staff) -> None:
    def queries() -> int:
        page_of(olga.client)
        with CaptureQueriesContext(connection) as captured:
            page_of(olga.client)
        return len(captured)

    def live_once() -> None:
        Client().force_login(olga.user)
        note_sign_in(
            user=olga.user, outcome=SignIn.Outcome.SIGNED_IN, method="Password", address="", user_agent="", now=NOW
        )

    live_once()
    before = queries()
    live_once()
    live_once()
    assert queries() == before


@pytest.fixture
def strict(olga: Staff, store: Store) -> Staff:
    """Olga, in a store where a password is not enough."""
    olga.do("staff_rules", second_factor_required="on")
    return olga


def test_who_has_no_second_factor_is_led_to_set_one_up_before_anything_else(strict: Staff) -> None:
    for name in ("today", "orders", "staff"):
        assert strict.get(name).headers["Location"] == reverse("mfa_index")
    assert "Juniper &amp; Oak asks everyone for a second factor" in page_of(strict.client)
    part = strict.client.get(strict.url("search_suggest"), headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, reverse("mfa_index"))
    assert (
        strict.client.post(strict.url("staff_invite"), {"email": "x@example.com", "role": "owner"}).status_code == 302
    )
    TOTP.activate(strict.user, SECRET)
    assert strict.get("today").status_code == 200
    assert "asks everyone" not in page_of(strict.client)


def test_recovery_codes_alone_are_not_enough(strict: Staff) -> None:
    RecoveryCodes.activate(strict.user)
    assert strict.get("today").status_code == 302


def test_a_stranger_learns_nothing_of_what_a_store_asks(strict: Staff) -> None:
    other = Client()
    other.force_login(strict.user)
    assert other.get("/console/nowhere/").status_code == 404
