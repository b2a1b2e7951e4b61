"""The pages about webhooks, as Olga uses them."""

import re
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from aftercare.foundation.kit import clock
from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.webhooks.actions import add_endpoint, make_due_calls, send_test
from aftercare.foundation.webhooks.models import Call, Endpoint
from tests.factories import make_store
from tests.foundation.webhooks.receiving import receiving
from tests.staffing import Staff
from tests.visiting import words_of


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: Settings) -> None:
    settings.PRIVATE_HOSTS_ALLOWED = frozenset({"localhost"})


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def only_endpoint(store: Store) -> Endpoint:
    with store_scope(store.pk):
        return Endpoint.objects.get()


def test_from_nothing_to_a_test_that_was_taken(store: Store, olga: Staff) -> None:
    assert "Nobody is told yet" in olga.see("webhooks")
    with receiving() as receiver:
        told = {"url": receiver.url, "description": "Warehouse", "types": ["order.placed"]}
        olga.do("webhook_add", **told)
        endpoint = only_endpoint(store)
        page = olga.see("webhook", endpoint.public_id)
        assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", page)
        olga.do("webhook_test", endpoint.public_id)
        make_due_calls(clock.now())
        assert len(receiver.got) == 1
    assert "webhook.test" in olga.see("webhook", endpoint.public_id)
    with store_scope(store.pk):
        call = Call.objects.get()
    assert "webhook.test" in olga.see("webhook_calls", endpoint=endpoint.public_id)
    assert "200" in words_of(olga.see("webhook_call", call.public_id))
    olga.do("webhook_call_replay", call.public_id)
    assert "Queued" in words_of(olga.see("webhook_call", call.public_id))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"url": "http://example.com/"}, "Only https addresses are called"),
        ({"url": "https://localhost/", "types": ["order.plaecd"]}, "order.plaecd"),
        ({"url": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(olga: Staff, told: dict[str, object], words: str) -> None:
    response = olga.do("webhook_add", expect=422, **told)
    assert words in response.content.decode()


def test_changing_pausing_rotating_recovering_removing(store: Store, olga: Staff) -> None:
    olga.do("webhook_add", url="https://localhost/a")
    public_id = only_endpoint(store).public_id
    olga.do("webhook_change", public_id, url="https://localhost/b", types=["order.placed"])
    assert only_endpoint(store).types == ["order.placed"]
    olga.do("webhook_change", public_id, url="http://example.com/", expect=422)
    before = only_endpoint(store).sealed_secrets
    olga.do("webhook_rotate", public_id, has_leaked="on")
    assert only_endpoint(store).sealed_secrets != before
    olga.do("webhook_pause", public_id)
    assert only_endpoint(store).state == "paused"
    olga.do("webhook_test", public_id)
    assert "not active" in olga.see("webhook", public_id)
    olga.do("webhook_resume", public_id)
    olga.do("webhook_recover", public_id, hours="24")
    olga.do("webhook_recover", public_id, hours="24000")
    olga.do("webhook_remove", public_id)
    assert "Nobody is told yet" in olga.see("webhooks")


def test_what_was_switched_off_stands_on_today(store: Store, olga: Staff, settings: Settings) -> None:
    with receiving() as receiver, store_scope(store.pk):
        receiver.status = 410
        endpoint, _ = add_endpoint(store=store, url=receiver.url, types=[], by="staff:olga", now=clock.now())
        send_test(endpoint=endpoint, now=clock.now())
        make_due_calls(clock.now())
    assert "A webhook was switched off" in words_of(olga.see("today"))
    assert "It answered 410" in words_of(olga.see("webhook", endpoint.public_id))
    olga.do("webhook_resume", endpoint.public_id)
    assert only_endpoint(store).state == "active"


def test_who_may_not_change_settings_sees_no_secret(store: Store, olga: Staff) -> None:
    olga.do("webhook_add", url="https://localhost/a")
    arne = Staff(store, Role.AGENT, "arne@juniper.example")
    page = arne.see("webhook", only_endpoint(store).public_id)
    assert "whsec_" not in page
    arne.do("webhook_remove", only_endpoint(store).public_id, expect=403)


def test_mallory_finds_nothing_of_it(store: Store, olga: Staff) -> None:
    olga.do("webhook_add", url="https://localhost/a")
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    mallory.see("webhook", only_endpoint(store).public_id, expect=404)
    mallory.do("webhook_remove", only_endpoint(store).public_id, expect=404)


def test_pages_cost_the_same_for_one_and_for_three(store: Store, olga: Staff) -> None:
    def add() -> Endpoint:
        with store_scope(store.pk):
            made, _ = add_endpoint(store=store, url="https://localhost/a", types=[], by="staff:olga", now=clock.now())
            send_test(endpoint=made, now=clock.now() + timedelta(seconds=made.pk % 60))
            return made

    first = add()
    costs = [olga.count_queries(*page) for page in (("webhooks",), ("webhook_calls",), ("webhook", first.public_id))]
    for _ in range(2):
        add()
        with store_scope(store.pk):
            send_test(endpoint=first, now=clock.now())
    assert costs == [
        olga.count_queries(*page) for page in (("webhooks",), ("webhook_calls",), ("webhook", first.public_id))
    ]


def test_a_secret_that_cannot_be_opened_is_said_and_not_a_crash(store: Store, olga: Staff) -> None:
    olga.do("webhook_add", url="https://localhost/a")
    with store_scope(store.pk):
        Endpoint.objects.update(sealed_secrets="nonsense")
    assert "another SECRET_KEY" in words_of(olga.see("webhook", only_endpoint(store).public_id))
    olga.do("webhook_rotate", only_endpoint(store).public_id)
