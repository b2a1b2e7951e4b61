"""Signing in: what is right, what is wrong, what is too much; and what is left of each attempt in the log."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from aftercare.config.sign_in import OF_ONE_ACCOUNT, OF_ONE_ADDRESS
from aftercare.foundation.staff.actions import add_staff
from aftercare.foundation.staff.models import Session, SignIn, User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW
from tests.processes import environment
from tests.visiting import words_of

EMAIL, PASSWORD = "olga@juniper.example", "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def olga(store: Store) -> User:
    with store_scope(store.pk):
        return add_staff(store=store, email=EMAIL, role=Role.OWNER, password=PASSWORD, name="Olga", now=NOW).user


def attempt(client: Client, password: str = PASSWORD, email: str = EMAIL, address: str = "192.0.2.7") -> str:
    """Where the attempt leads, or the words of the page it stays on."""
    response = client.post(
        reverse("account_login"), {"login": email, "password": password},
        REMOTE_ADDR=address, headers={"User-Agent": FIREFOX},
    )  # fmt: skip
    return str(response.headers.get("Location", "")) or words_of(response.content.decode())


def outcomes() -> list[str]:
    return list(SignIn.objects.order_by("id").values_list("outcome", flat=True))


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_coming_in_is_remembered(olga: User) -> None:
    assert attempt(Client(), email="OLGA@juniper.example") == "/console/"
    seen = SignIn.objects.get()
    assert (seen.user, seen.outcome, seen.method, seen.address, seen.browser) == (
        olga, "signed_in", "Password", "192.0.2.7", "Firefox on Linux",
    )  # fmt: skip
    session = Session.objects.get(user=olga)
    assert (session.address, session.browser) == ("192.0.2.7", "Firefox on Linux")
    assert session.started_at is not None


def test_an_unknown_address_and_a_wrong_password_are_told_apart_by_nobody(olga: User) -> None:
    wrong, unknown = attempt(Client(), "a wrong password"), attempt(Client(), "a wrong password", "sam@example.com")
    assert wrong.replace(EMAIL, "") == unknown.replace("sam@example.com", "")
    assert outcomes() == ["wrong_password"]


@pytest.mark.usefixtures("frozen")
def test_an_account_is_locked_after_ten_wrong_passwords_from_wherever(olga: User) -> None:
    for number in range(OF_ONE_ACCOUNT.burst):
        assert "not correct" in attempt(Client(), "a wrong password", address=f"192.0.2.{number}")
    assert "Too many failed" in attempt(Client(), address="198.51.100.9"), "even with the right one"
    assert outcomes() == ["wrong_password"] * OF_ONE_ACCOUNT.burst + ["locked"]


def test_what_is_right_does_not_count(olga: User) -> None:
    for _times in range(OF_ONE_ACCOUNT.burst + 2):
        assert attempt(Client()) == "/console/"


@pytest.mark.usefixtures("frozen")
def test_one_address_cannot_try_many_accounts(olga: User) -> None:
    for number in range(OF_ONE_ADDRESS.burst):
        attempt(Client(), "a wrong password", f"guess{number}@juniper.example")
    assert "Too many failed" in attempt(Client())
    assert attempt(Client(), address="198.51.100.9") == "/console/", "somebody else is not kept out by it"


def test_behind_a_proxy_the_address_is_the_one_it_saw(olga: User, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    form = {"login": EMAIL, "password": PASSWORD}
    Client().post(reverse("account_login"), form, headers={"X-Forwarded-For": "203.0.113.5, 198.51.100.1"})
    assert SignIn.objects.get().address == "198.51.100.1"


def test_without_a_proxy_nobody_says_where_they_are(olga: User) -> None:
    form = {"login": EMAIL, "password": PASSWORD}
    Client().post(reverse("account_login"), form, headers={"X-Forwarded-For": "198.51.100.1"})
    assert SignIn.objects.get().address == "127.0.0.1"


def test_a_code_is_asked_for_after_the_password_and_works_once(olga: User) -> None:
    TOTP.activate(olga, SECRET)
    first, second = Client(), Client()
    for client in (first, second):
        assert attempt(client) == reverse("mfa_authenticate")
        assert client.get("/console/").headers["Location"].startswith("/accounts/login/")
    code = code_of(SECRET)
    assert first.post(reverse("mfa_authenticate"), {"code": code}).headers["Location"] == "/console/"
    page = second.post(reverse("mfa_authenticate"), {"code": code}).content.decode()
    assert "Incorrect code" in page
    assert outcomes() == ["signed_in", "wrong_second_factor"]
    assert SignIn.objects.order_by("id")[0].method == "Password + app code"


@pytest.mark.usefixtures("frozen")
def test_codes_cannot_be_guessed(olga: User) -> None:
    TOTP.activate(olga, SECRET)
    client = Client()
    attempt(client)
    for _times in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    page = client.post(reverse("mfa_authenticate"), {"code": code_of(SECRET)}).content.decode()
    assert "Too many failed" in page
    assert outcomes() == ["wrong_second_factor"] * 5 + ["locked"]


def test_a_recovery_code_opens_once(olga: User) -> None:
    TOTP.activate(olga, SECRET)
    code = RecoveryCodes.activate(olga).get_unused_codes()[0]
    for leads_in in (True, False):
        client = Client()
        attempt(client)
        response = client.post(reverse("mfa_authenticate"), {"code": code})
        assert (response.status_code == 302) is leads_in
    assert SignIn.objects.order_by("id")[0].method == "Password + recovery code"


def test_a_forged_passkey_answer_is_refused(olga: User) -> None:
    client = Client()
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    forged = '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "MQ"}}'
    assert client.post(reverse("mfa_login_webauthn"), {"credential": forged}).headers["Location"] == "/accounts/login/"
    assert client.get("/console/").headers["Location"].startswith("/accounts/login/")


def test_another_password_ends_every_other_session(olga: User) -> None:
    here, there = Client(), Client()
    attempt(here)
    attempt(there)
    form = {"oldpassword": PASSWORD, "password1": "nine geese on ice", "password2": "nine geese on ice"}
    assert here.post(reverse("account_change_password"), form).headers["Location"] == reverse("mfa_index")
    assert there.get("/console/").headers["Location"].startswith("/accounts/login/")
    assert here.get("/console/").headers["Location"] == "/console/juniper/"
    assert [one.session_key for one in Session.objects.filter(user=olga)] == [here.session.session_key]


@pytest.mark.parametrize("password", ["juniper and oak 1", "olga.juniper.88", "short", "password12345"])
def test_a_password_others_would_guess_is_refused_in_words(olga: User, password: str) -> None:
    client = Client()
    attempt(client)
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post(reverse("account_change_password"), form).content.decode()
    assert 'class="field-errors"' in page
    assert User.objects.get(pk=olga.pk).check_password(PASSWORD)


def test_nobody_signs_up_or_takes_another_address(olga: User) -> None:
    assert "You need an invitation" in Client().get(reverse("account_signup")).content.decode()
    client = Client()
    attempt(client)
    for method in (client.get, client.post):
        response = method(reverse("account_email"), {"email": "mallory@example.com", "action_add": ""})
        assert response.headers["Location"] == reverse("mfa_index")


ELSEWHERE = """
import sys, django
django.setup()
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
for number in range(int(sys.argv[1])):
    answer = Client().post(reverse("account_login"), {"login": "olga@juniper.example", "password": "a wrong password"})
print("locked" if b"Too many failed" in answer.content else "wrong")
print(cache.add("used-code", 1, 60))
"""


@pytest.mark.django_db(transaction=True)
def test_limits_and_used_codes_hold_over_processes(elsewhere: Callable[[int], list[str]], store: Store) -> None:
    with store_scope(store.pk):
        add_staff(store=store, email=EMAIL, role=Role.OWNER, password=PASSWORD, now=NOW)
    assert elsewhere(6) == ["wrong", "True"]
    assert not cache.add("used-code", 1, 60), "another process used it"
    for _times in range(4):
        assert "not correct" in attempt(Client(), "a wrong password")
    assert "Too many failed" in attempt(Client())
    assert elsewhere(1) == ["locked", "False"]


@pytest.fixture
def elsewhere() -> Callable[[int], list[str]]:
    """So many wrong attempts in a process of its own; answers what it says."""
    own = environment(
        DJANGO_SETTINGS_MODULE="aftercare.config.settings", AFTERCARE_HOSTS="testserver", AFTERCARE_LOG_LEVEL="ERROR"
    )

    def run(attempts: int) -> list[str]:
        command = [sys.executable, "-c", ELSEWHERE, str(attempts)]
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
        return done.stdout.split()

    return run


def test_second_factors_are_set_up_only_after_the_password_again(olga: User) -> None:
    client = Client()
    attempt(client)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert client.get(reverse(name)).headers["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    secret = client.session["mfa.totp.secret"]
    done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert {one.type for one in Authenticator.objects.filter(user=olga)} == {"totp", "recovery_codes"}
