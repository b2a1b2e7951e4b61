"""`aftercare staff`, as people call it."""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from click.testing import CliRunner, Result
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from aftercare.config.cli.staff import command
from aftercare.foundation.staff.queries import has_second_factor, user_of_email
from aftercare.foundation.stores.models import Store
from tests.staffing import Staff

EMAIL, PASSWORD = "olga@juniper.example", "correct horse battery"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_an_invitation_is_printed_where_no_mail_leaves(store: Store) -> None:
    done = call("invite", store.slug, "arne@juniper.example", "--role", "operator")
    assert done.exit_code == 0
    path = re.search(r"http://[^/]+(/accounts/invitation/\S+)", done.stdout)
    assert path
    assert "Operator" in Client().get(path[1]).content.decode()


def test_an_invitation_is_mailed_where_mail_leaves(store: Store, settings: Settings) -> None:
    settings.EMAIL_HOST = "relay.juniper.example"
    done = call("invite", store.slug, "arne@juniper.example")
    assert done.stdout == "An invitation is on its way to arne@juniper.example.\n"
    assert len(mail.outbox) == 1


def test_who_lost_their_phone_begins_anew(store: Store) -> None:
    olga = Staff(store)
    TOTP.activate(olga.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    done = call("reset-second-factor", "Olga@juniper.example")
    assert done.stdout == "olga@juniper.example had 1 and has none now. They are signed out everywhere.\n"
    assert not has_second_factor(user=olga.user)
    assert olga.client.get("/console/").headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "arguments", [("reset-second-factor", "nobody@juniper.example"), ("invite", "nowhere", "arne@juniper.example")]
)
def test_whom_nobody_knows(db: None, arguments: tuple[str, ...]) -> None:
    assert call(*arguments).exit_code == 1


def test_the_first_owner_signs_in(store: Store) -> None:
    done = call("add", store.slug, EMAIL, "--role", "owner", "--password", PASSWORD)
    assert done.stdout == "olga@juniper.example is owner of Juniper & Oak.\n"
    response = Client().post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert response.headers["Location"] == "/console/"


@pytest.mark.parametrize("password", ["short", "password12345", "olga.juniper.88"])
def test_the_policy_applies_here_too(store: Store, password: str) -> None:
    done = call("add", store.slug, EMAIL, "--password", password)
    assert done.exit_code == 1
    assert "password: " in done.output
    assert user_of_email(email=EMAIL) is None
    olga = Staff(store)
    assert call("set-password", EMAIL, "--password", password).exit_code == 1
    assert olga.see("today")


def test_another_password_signs_out_everywhere(store: Store) -> None:
    olga = Staff(store)
    assert call("set-password", EMAIL, "--password", PASSWORD).exit_code == 0
    assert olga.client.get("/console/").headers["Location"].startswith("/accounts/login/")
    response = olga.client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    assert response.headers["Location"] == "/console/"


def test_a_token_is_printed_once(store: Store) -> None:
    assert call("token", store.slug, "ERP", "--scope", "orders:read").stdout.startswith("act_")
