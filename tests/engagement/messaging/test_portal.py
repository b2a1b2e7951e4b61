"""Choosing what one hears, and ending it with one click."""

import re
from datetime import timedelta

import pytest

from aftercare.commerce.customers.actions import merge_customers
from aftercare.commerce.customers.models import Consent, Customer
from aftercare.engagement.messaging.channels import channels
from aftercare.engagement.messaging.models import Hold, Message
from aftercare.engagement.messaging.preferences import PURPOSES
from aftercare.foundation.events.models import EventRow
from aftercare.foundation.stores.scope import store_scope
from aftercare.foundation.web.portal_edge import sign_link
from tests.engagement.messaging import cast
from tests.factories import NOW, make_store
from tests.visiting import title_of, visitor, words_of

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNLESS_ASKED = {
    f"{purpose.key}.{channel.key}": "on"
    for purpose in PURPOSES
    for channel in channels
    if purpose.unless_asked and not (purpose.is_owed and channel.durable)
}
EVERYTHING = UNLESS_ASKED | {"marketing.email": "on"}


@pytest.fixture
def sam(store) -> Customer:
    with store_scope(store.pk):
        return cast.make_customer(store, NOW)


def message_to(customer: Customer, legal_class: str = "service") -> Message:
    with store_scope(customer.store_id):
        return Message.objects.create(
            store=customer.store, customer=customer, message_type="thank_you", legal_class=legal_class, channel="email",
            origin="test", dedupe_key=legal_class, recipient=customer.email, state="sent", reason="good_moment",
            created_at=NOW,
        )  # fmt: skip


def link(message: Message, page: str = "unsubscribe", store: str = "juniper") -> str:
    token = sign_link(purpose="preferences", store_id=message.store_id, thing=message.public_id)
    return f"/s/{store}/{page}/{token}/"


def said(customer: Customer) -> dict[str, bool]:
    with store_scope(customer.store_id):
        rows = Consent.objects.filter(customer=customer).values_list("purpose", "channel", "granted")
        return {f"{purpose}.{channel}": granted for purpose, channel, granted in rows}


def proofs(customer: Customer) -> list[dict]:
    with store_scope(customer.store_id):
        return list(
            EventRow.objects.filter(type="customer.consent_changed").order_by("seq").values_list("data", flat=True)
        )


@pytest.mark.parametrize("legal_class", ["service", "marketing"])
def test_one_click_ends_what_the_message_was_for_and_nothing_else(sam, legal_class):
    # As mail providers send it: no cookie, no token of ours, no page before.
    answer = visitor(enforce_csrf_checks=True).post(link(message_to(sam, legal_class)), ONE_CLICK)

    assert answer.status_code == 200
    assert said(sam) == {f"{legal_class}.email": False}


def test_the_proof_says_what_was_ended_where_and_by_whom(sam):
    visitor().post(link(message_to(sam)), ONE_CLICK)

    [proof] = proofs(sam)
    assert proof["source"] == "one-click unsubscribe"
    assert proof["wording"].startswith("Help with what you bought (E-mail): ")


def test_again_changes_nothing_and_answers_the_same(sam):
    path = link(message_to(sam))
    first, second = (words_of(visitor().post(path, ONE_CLICK).content.decode()) for _ in range(2))

    assert first == second
    assert len(proofs(sam)) == 1


@pytest.mark.parametrize("method", ["get", "head"])
def test_programs_that_follow_links_end_nothing(sam, method):
    answer = getattr(visitor(), method)(link(message_to(sam)))

    assert answer.status_code == 200
    assert said(sam) == {}


def test_people_confirm_with_one_button_and_without_scripts(sam):
    path = link(message_to(sam))
    page = visitor().get(path).content.decode()

    assert title_of(page) == "No more of these?"
    assert f'method="post" action="{path}"' in page


def test_the_page_shows_what_holds_now(sam):
    page = visitor().get(link(message_to(sam), "preferences")).content.decode()

    boxes = {
        name: box
        for box in re.findall(r"<input[^>]*checkbox[^>]*>", page)
        for name in ("service.email", "marketing.email")
        if name in box
    }
    assert {name: "checked" in box for name, box in boxes.items()} == {"service.email": True, "marketing.email": False}


def test_choices_are_kept_with_their_proof(sam):
    path = link(message_to(sam), "preferences")

    answer = visitor().post(path, UNLESS_ASKED | {"marketing.email": "on"} | {"service.email": ""})

    assert (answer.status_code, answer["Location"]) == (302, f"{path}?saved=1")
    assert said(sam) == {"service.email": False, "marketing.email": True}
    assert {proof["source"] for proof in proofs(sam)} == {"preference page"}
    assert "Saved." in words_of(visitor().get(answer["Location"]).content.decode())


def test_saving_what_holds_already_changes_nothing(sam):
    visitor().post(link(message_to(sam), "preferences"), UNLESS_ASKED)

    assert said(sam) == {}


def test_the_choices_of_somebody_merged_are_the_survivors(sam, store):
    message = message_to(sam)
    with store_scope(store.pk):
        survivor = cast.make_customer(store, NOW, email="samuel@example.com")
        merge_customers(survivor=survivor, absorbed=sam, by="test", now=NOW)

    visitor().post(link(message), ONE_CLICK)

    assert said(survivor) == {"service.email": False}
    page = visitor().get(link(message, "preferences")).content.decode()
    assert not re.search(r"service\.email[^>]*checked", page)


def test_a_person_who_is_gone_can_still_click(sam, store):
    message = message_to(sam)
    with store_scope(store.pk):
        Message.objects.filter(pk=message.pk).update(customer=None)

    assert visitor().post(link(message), ONE_CLICK).status_code == 200
    assert "no longer know" in words_of(visitor().get(link(message, "preferences")).content.decode())


@pytest.mark.parametrize("page", ["unsubscribe", "preferences"])
def test_a_forged_link_opens_nothing(sam, page):
    answer = visitor().post(link(message_to(sam), page)[:-2] + "/", ONE_CLICK)

    assert answer.status_code == 404
    assert title_of(answer.content.decode()) == "This link opens nothing any more"
    assert said(sam) == {}


def test_a_link_of_another_store_opens_nothing(sam):
    make_store("mallory")

    assert visitor().post(link(message_to(sam), store="mallory"), ONE_CLICK).status_code == 404


def test_choosing_needs_no_cookie(sam):
    answer = visitor(enforce_csrf_checks=True).post(link(message_to(sam), "preferences"), EVERYTHING)

    assert answer.status_code == 302
    assert said(sam) == {"marketing.email": True}


def test_one_link_is_not_used_without_end(sam):
    path = link(message_to(sam))

    assert [visitor().post(path, ONE_CLICK).status_code for _ in range(21)] == [200] * 20 + [429]


def order_link(sam: Customer) -> str:
    with store_scope(sam.store_id):
        order = cast.make_order(sam, NOW)
    token = sign_link(purpose="preferences", store_id=sam.store_id, thing=order.public_id)
    return f"/s/juniper/preferences/{token}/"


def test_an_orders_link_opens_its_buyers_choices(sam):
    answer = visitor().post(order_link(sam), UNLESS_ASKED | {"preferred": "inbox"})

    assert answer.status_code == 302
    with store_scope(sam.store_id):
        assert Customer.objects.get(pk=sam.pk).traits == {"preferred_channel": "inbox"}


@pytest.mark.parametrize("preferred", ["sms", "fax"])
def test_only_what_reaches_them_can_come_first(sam, preferred):
    assert visitor().post(order_link(sam), UNLESS_ASKED | {"preferred": preferred}).status_code == 200
    with store_scope(sam.store_id):
        assert Customer.objects.get(pk=sam.pk).traits == {}


def test_what_is_owed_cannot_be_ended_where_it_is_kept(sam):
    visitor().post(order_link(sam), {"orders.email": ""})

    assert "orders.email" not in said(sam)
    assert said(sam)["orders.inbox"] is False


@pytest.mark.usefixtures("frozen")
def test_a_pause_is_a_hold_that_ends_by_itself_or_on_demand(sam):
    path = order_link(sam)
    visitor().post(path, {"pause": "begin"})

    with store_scope(sam.store_id):
        hold = Hold.objects.get()
    assert (hold.placed_by, hold.until) == ("customer pause", NOW + timedelta(days=30))
    assert "End the pause" in words_of(visitor().get(path).content.decode())

    visitor().post(path, {"pause": "end"})
    assert "Pause for 30 days" in words_of(visitor().get(path).content.decode())


def test_a_transactional_message_leads_to_choices_too(sam):
    message = message_to(sam, "transactional")

    assert "What you hear from us" in words_of(visitor().get(link(message, "preferences")).content.decode())
