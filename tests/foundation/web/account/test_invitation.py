"""Accepting an invitation, as the one who was sent its link."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client
from pytest_django.fixtures import Settings

from aftercare.foundation.staff.actions import add_staff, invite, revoke_invitation
from aftercare.foundation.staff.models import Invitation, Membership, User
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.account.invitation_mail import invitation_url, send_invitation
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of

ARNE, PASSWORD = "arne@juniper.example", "correct horse battery"

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def asked(store: Store) -> Invitation:
    with store_scope(store.pk):
        return invite(store=store, email=ARNE, role=Role.AGENT, by=Staff(store).user, now=NOW)


def path_of(invitation: Invitation) -> str:
    return "/" + invitation_url(invitation=invitation).split("/", 3)[3]


def roles_of(email: str) -> list[tuple[str, str]]:
    found = []
    for store in Store.objects.order_by("slug"):
        with store_scope(store.pk):
            found += list(Membership.objects.filter(user__email=email).values_list("store__slug", "role"))
    return found


def test_somebody_new_joins_with_a_name_and_a_password(asked: Invitation) -> None:
    client = Client()
    words = words_of(client.get(path_of(asked)).content.decode())
    assert "Join Juniper & Oak" in words
    assert "Olga invites arne@juniper.example to work here as Agent" in words
    assert "at least 12 characters" in words
    joined = client.post(path_of(asked), {"name": "Arne", "password": PASSWORD})
    assert joined.headers["Location"] == "/console/juniper/"
    assert client.get("/console/juniper/").status_code == 200
    assert roles_of(ARNE) == [("juniper", "agent")]
    assert User.objects.get(email=ARNE).name == "Arne"


@pytest.mark.parametrize("password", ["short", "juniper and oak", "arne.juniper.1", "password12345"])
def test_the_policy_applies(asked: Invitation, password: str) -> None:
    response = Client().post(path_of(asked), {"name": "Arne", "password": password})
    assert response.status_code == 422
    assert 'class="field-errors"' in response.content.decode()
    assert not User.objects.filter(email=ARNE).exists()


def test_a_link_works_once(asked: Invitation) -> None:
    Client().post(path_of(asked), {"name": "Arne", "password": PASSWORD})
    again = Client().get(path_of(asked))
    assert again.status_code == 404
    assert "no longer works" in again.content.decode()


def test_whatever_ended_a_link_it_says_the_same_and_names_nobody(asked: Invitation, store: Store) -> None:
    path = path_of(asked)
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        expired = Client().get(path)
    with store_scope(store.pk):
        revoke_invitation(invitation=asked, by="system", now=NOW)
    pages = [expired, Client().get(path), Client().get("/accounts/invitation/forged/")]
    assert [page.status_code for page in pages] == [404] * 3
    words = {words_of(page.content.decode()) for page in pages}
    assert len(words) == 1
    assert "Juniper" not in str(words)
    assert "arne" not in str(words)


def test_who_has_an_account_signs_in_and_joins(asked: Invitation) -> None:
    other = make_store("other")
    with store_scope(other.pk):
        add_staff(store=other, email=ARNE, role=Role.OWNER, password=PASSWORD, now=NOW)
    client = Client()
    page = client.get(path_of(asked)).content.decode()
    assert "You have an account here already" in page
    assert 'name="password"' not in page
    assert client.post(path_of(asked), {"name": "M", "password": "taken over by me"}).status_code == 200
    assert User.objects.get(email=ARNE).check_password(PASSWORD)
    signed_in = client.post(f"/accounts/login/?next={path_of(asked)}", {"login": ARNE, "password": PASSWORD})
    assert signed_in.headers["Location"] == path_of(asked)
    assert client.post(path_of(asked)).headers["Location"] == "/console/juniper/"
    assert roles_of(ARNE) == [("juniper", "agent"), ("other", "owner")]


def test_an_invitation_is_for_nobody_else(asked: Invitation) -> None:
    mallory = Staff(make_store("other"), email="mallory@other.example")
    for response in (mallory.client.get(path_of(asked)), mallory.client.post(path_of(asked))):
        assert response.status_code == 403
        assert "for somebody else" in response.content.decode()
    assert roles_of("mallory@other.example") == [("other", "owner")]


def test_links_cannot_be_tried_without_end(db: None) -> None:
    statuses = {Client().get(f"/accounts/invitation/forged{number}/").status_code for number in range(61)}
    assert statuses == {404, 429}


def test_mail_goes_through_the_relay(asked: Invitation, settings: Settings) -> None:
    settings.EMAIL_HOST = "relay.juniper.example"
    assert send_invitation(invitation=asked)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([ARNE], "Juniper & Oak invites you to work with them")
    assert sent.from_email.startswith('"Juniper & Oak" <') or sent.from_email.startswith("Juniper & Oak <")
    assert invitation_url(invitation=asked) in sent.body
    assert "&amp;" not in sent.body


def test_without_a_relay_nothing_is_sent(asked: Invitation) -> None:
    assert not send_invitation(invitation=asked)
    assert mail.outbox == []


def test_a_relay_that_is_not_there_is_no_accident(asked: Invitation, settings: Settings) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    assert not send_invitation(invitation=asked)
    assert issubclass(smtplib.SMTPException, OSError)
