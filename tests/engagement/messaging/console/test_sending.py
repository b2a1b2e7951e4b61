"""The console's pages about who sends, what came in, and who is left alone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from aftercare.engagement.messaging.actions.suppress import Silence, suppress
from aftercare.engagement.messaging.models import ChannelConnection, DomainCheck, Suppression
from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.engagement.messaging.providers import providers
from aftercare.engagement.messaging.queries import settings_of
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.dns.test_asking import GOOD_ZONE
from tests.engagement.messaging.dns.zone import NameServer, running_name_server
from tests.engagement.messaging.providers.connecting import bounced, call, connect
from tests.factories import NOW, make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
TOKEN = "a-server-token-nobody-may-see"


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


@pytest.fixture
def name_server(settings: Settings) -> Iterator[NameServer]:
    with running_name_server() as server:
        settings.DNS_SERVER = server.address
        yield server


def only(store: Store) -> ChannelConnection:
    with store_scope(store.pk):
        return ChannelConnection.objects.get()


def test_every_provider_can_be_set_up(olga: Staff) -> None:
    words = words_of(olga.see("sending"))
    assert "No mail leaves this installation" in words
    for provider in providers().values():
        assert provider.label in words
        page = olga.see("connect_provider", "email", provider.key)
        assert all(setting.label in page for setting in provider.settings)


def test_a_provider_is_connected(olga: Staff, store: Store) -> None:
    answer = olga.do(
        "connect_provider",
        "email",
        "postmark",
        server_token=TOKEN,
        message_stream="",
        reply_domain="IN.juniper.example",
    )
    made = only(store)
    assert answer["Location"] == olga.url("channel_connection", made.public_id)
    assert (made.state, made.reply_domain, made.by) == ("sending", "in.juniper.example", f"staff:{olga.user.public_id}")
    page = olga.see("channel_connection", made.public_id)
    assert TOKEN not in page + olga.see("sending")
    assert f"/hooks/mail/{made.public_id}/tracking/" in page
    assert f"/hooks/mail/{made.public_id}/inbound/" in page
    assert "goes by Postmark" in words_of(olga.see("sending"))


def test_what_does_not_fit_is_said_at_its_field(olga: Staff) -> None:
    page = olga.do("connect_provider", "email", "postmark", expect=422, server_token="").content.decode()
    assert "This field is required" in page
    page = olga.do(
        "connect_provider", "email", "postmark", expect=422, server_token="t", reply_domain="no domain"
    ).content.decode()
    assert "is no domain" in page
    page = olga.do("connect_provider", "email", "postal", expect=422, api_url="postal", api_key="k").content.decode()
    assert "is no web address" in page


def test_settings_are_changed_and_empty_secrets_stay(olga: Staff, store: Store) -> None:
    connect(store)
    olga.do("change_provider", only(store).public_id, server_token="", message_stream="care", reply_domain="")
    with store_scope(store.pk):
        told = settings_of(only(store))
    assert (told["server_token"], told["message_stream"]) == ("a-server-token", "care")


def test_the_next_one_sends_and_the_last_goes_on_reporting(olga: Staff, store: Store) -> None:
    first = connect(store)
    second = connect(store, "brevo")
    words = words_of(olga.see("sending"))
    assert "Brevo Sends" in words
    assert "Postmark Only reports" in words
    assert call(first, bounced("msg_0000000000000000")).status_code == 200
    olga.do("choose_provider", first.public_id)
    assert "Postmark Sends" in words_of(olga.see("sending"))
    olga.do("mail_relay")
    assert "Postmark Only reports" in words_of(olga.see("sending"))
    olga.do("disconnect_provider", second.public_id)
    assert "Brevo Disconnected" in words_of(olga.see("sending"))
    assert "Where it reports to" not in olga.see("channel_connection", second.public_id)
    with store_scope(store.pk):
        told = EventRow.objects.filter(type="mail.sending_changed", actor=f"staff:{olga.user.public_id}")
        assert {row.data["change"] for row in told} == {"chosen", "relay", "disconnected"}


def test_a_call_that_was_turned_away_is_shown(olga: Staff, store: Store) -> None:
    shown = connect(store)
    call(shown, bounced("msg_0000000000000000"), password="forged")
    assert "Missing or invalid basic auth" in olga.see("channel_connection", shown.public_id)


def test_the_dns_is_looked_at(olga: Staff, store: Store, name_server: NameServer) -> None:
    Store.objects.filter(pk=store.pk).update(sender_email="hello@juniper.example")
    connect(store, reply_domain="in.juniper.example")
    assert "Nobody has looked at juniper.example yet" in words_of(olga.see("sending"))
    name_server.zone = dict(GOOD_ZONE)
    olga.do("dns_check")
    assert "SPF It names who may send for you." in words_of(olga.see("sending"))
    name_server.zone = {}
    olga.do("dns_check")
    page = olga.see("sending")
    assert 'data-copy="v=spf1 include:spf.mtasv.net ~all"' in page
    with store_scope(store.pk):
        assert DomainCheck.objects.get().checked_at == NOW


def test_without_a_sender_there_is_nothing_to_look_at(olga: Staff) -> None:
    olga.do("dns_check")
    assert "no sender" in olga.see("sending")


@pytest.mark.parametrize("role", list(Role))
def test_who_may_do_what(store: Store, role: Role) -> None:
    made = connect(store)
    arne = Staff(store, role, f"{role}@juniper.example")
    page = arne.see("sending") + arne.see("channel_connection", made.public_id)
    writes = role == Role.OWNER
    assert ("Connect a mail provider" in page) == writes
    with store_scope(store.pk):
        password = settings_of(only(store))["webhook_password"]
    assert (password in page) == writes
    for name, told in (("choose_provider", [made.public_id]), ("disconnect_provider", [made.public_id]), ("mail_relay", []),
                       ("dns_check", []), ("change_provider", [made.public_id])):  # fmt: skip
        expect = {"change_provider": 422}.get(name, 302) if writes else 403
        if not writes or name == "choose_provider":
            arne.do(name, *told, expect=expect)


def test_mallory_of_another_store_gets_nothing(store: Store) -> None:
    made = connect(store)
    mallory = Staff(make_store("birch"), email="mallory@birch.example")
    assert mallory.get("channel_connection", made.public_id).status_code == 404
    assert "Postmark Sends" not in words_of(mallory.see("sending"))


def test_a_page_costs_the_same_for_one_and_for_three(olga: Staff, store: Store) -> None:
    connect(store)
    before = olga.count_queries("sending")
    connect(store, "brevo")
    connect(store, "sparkpost")
    assert olga.count_queries("sending") == before


def test_why_and_until_when_an_address_is_left_alone(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        suppress(channel="email", silences=[
            Silence(store.pk, "dead@example.com", SuppressionCause.BOUNCE, "550 no such user"),
            Silence(store.pk, "full@example.com", SuppressionCause.SOFT, "452 full", NOW + timedelta(days=30)),
            Silence(store.pk, "angry@example.com", SuppressionCause.COMPLAINT),
        ], now=NOW)  # fmt: skip
    words = words_of(olga.see("suppressions"))
    assert "dead@example.com email Does not exist 550 no such user everything" in words
    assert "Keeps bouncing 452 full everything" in words
    assert "Reported as spam all but order and delivery" in words
    with store_scope(store.pk):
        row = Suppression.objects.get(address="full@example.com")
    olga.do("suppression_lift", row.pk)
    assert "full@example.com" not in words_of(olga.see("suppressions", cause="soft"))
    with store_scope(store.pk):
        assert EventRow.objects.get(type="mail.address_allowed").actor == f"staff:{olga.user.public_id}"
