"""The template editor, as whoever has no scripts sees it."""

import re
from datetime import datetime

import pytest

from aftercare.engagement.messaging.models import Message, TemplateDraft, TemplateVersion
from aftercare.foundation.staff.policy import Permission, Role, role_may
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.engagement.messaging.cast import make_customer, make_order, with_templates
from tests.factories import make_store
from tests.staffing import Staff
from tests.visiting import words_of

pytestmark = pytest.mark.usefixtures("frozen")
PACKED = ("packed", "en")
WORDS = {"subject": "Packed!", "preview": "", "heading": "Packed", "body": "Hello {{ customer.name }}", "button": "See"}


@pytest.fixture
def olga(store: Store, now: datetime) -> Staff:
    with store_scope(store.pk):
        with_templates(store, now)
        make_order(make_customer(store, now), now)
    return Staff(store)


def keep(staff: Staff, revision: int = 0, expect: int = 302, **words: str) -> str:
    form = {**WORDS, **words, "revision": str(revision)}
    return staff.do("template_save", *PACKED, expect=expect, **form).content.decode()


def test_every_message_in_every_language(olga: Staff, store: Store) -> None:
    with store_scope(store.pk):
        TemplateVersion.objects.filter(key="delivered", locale="ar").update(is_live=False)
    keep(olga)
    shown = words_of(olga.see("templates"))
    assert "Delivered Built-in" in shown
    assert "Missing: en is read : Delivered" in shown
    assert "Draft : Packed, English" in shown
    assert "everybody was written to in their own language" in shown


def test_words_are_drafted_previewed_and_published(olga: Staff, store: Store) -> None:
    assert "Nothing to object to." in olga.see("template", *PACKED)
    keep(olga)
    page = olga.see("template", *PACKED)
    assert "Packed!" in page
    assert "Olga changed it" in words_of(page)
    assert "Hello Sam Okafor" in olga.see("template_preview", *PACKED)
    olga.do("template_publish", *PACKED, revision="1", note="Warmer")
    assert "Warmer" in (shown := words_of(olga.see("template_versions", *PACKED)))
    assert "Version 2 Live Olga" in shown
    with store_scope(store.pk):
        assert TemplateVersion.objects.get(key="packed", locale="en", is_live=True).subject == "Packed!"
        assert not TemplateDraft.objects.exists()


def test_a_draft_full_of_errors_says_where_and_is_not_published(olga: Staff, store: Store) -> None:
    keep(olga, body="Hello\n\n{% foo %}", heading="{{ order.numbr }}", button="")
    shown = words_of(olga.see("template", *PACKED))
    assert "Line 3, column 4: Unexpected tag 'foo'." in shown
    assert "This message is not given “order.numbr”. Did you mean “number”?" in shown
    assert "2 errors keep it from being published." in shown
    assert olga.get("template_preview", *PACKED).status_code == 200
    olga.do("template_publish", *PACKED, revision="1")
    with store_scope(store.pk):
        assert TemplateVersion.objects.filter(key="packed", locale="en").count() == 1


def test_whoever_comes_second_keeps_their_words(olga: Staff, store: Store) -> None:
    keep(olga)
    page = keep(olga, expect=409, subject="Mine instead")
    assert "Mine instead" in page
    assert "Olga has changed this draft meanwhile." in page
    with store_scope(store.pk):
        assert TemplateDraft.objects.get().subject == "Packed!"


def test_from_words_to_source_is_one_way_until_discarded(olga: Staff) -> None:
    olga.do("template_source", *PACKED, revision="0")
    page = olga.see("template", *PACKED)
    assert "Own source" in page
    assert "&lt;mj-body" in page
    assert "edit the whole source" not in page
    assert "source of its own" in keep(olga, 1, expect=422)
    olga.do("template_discard", *PACKED, revision="1")
    assert "edit the whole source" in olga.see("template", *PACKED)


def test_versions_are_compared_and_taken_up_again(olga: Staff) -> None:
    keep(olga)
    olga.do("template_publish", *PACKED, revision="1")
    shown = words_of(olga.see("template_versions", *PACKED, **{"from": "1", "to": "2"}))
    assert "Subject Order {{ order.number }} is packed Packed!" in shown
    assert "They are the same." in olga.see("template_versions", *PACKED, **{"from": "1", "to": "builtin"})
    olga.do("template_restore", *PACKED, 1)
    assert "Order {{ order.number }} is packed" in olga.see("template", *PACKED)
    olga.do("template_restore", *PACKED, 0)
    assert "There is a draft already." in olga.see("template_versions", *PACKED)
    assert olga.client.post(olga.url("template_restore", *PACKED, 77)).status_code == 404


def test_a_preview_runs_nothing_and_opens_nothing(olga: Staff) -> None:
    source = "<mjml><mj-body><mj-raw><script>alert(1)</script><a href='{{ order.url }}'>x</a></mj-raw></mj-body></mjml>"
    olga.do("template_source", *PACKED, revision="0")
    olga.do("template_save", *PACKED, subject="x", source=source, revision="1")
    response = olga.get("template_preview", *PACKED, scheme="dark")
    assert response.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    link = re.search("href='([^']*)'|href=\"([^\"]*)\"", response.content.decode())
    assert link
    assert (link[1] or link[2]).endswith("/s/juniper/")
    assert 'sandbox src="' in olga.see("template", *PACKED)


def test_a_preview_is_looked_at_as_one_likes(olga: Staff) -> None:
    assert "prefers-color-scheme" not in olga.see("template_preview", *PACKED)
    assert "(min-width: 0)" in olga.see("template_preview", *PACKED, scheme="dark")
    assert "w-[375px]" in olga.see("template", *PACKED, width="phone")
    assert "Order #1001 is packed" in words_of(olga.see("template", *PACKED, part="text"))
    assert "Sam Okafor" in olga.see("template", *PACKED, q="1001")
    assert "No order fits." in olga.see("template", *PACKED, q="nobody")
    page = olga.see("template", "packed", "de", beside="en")
    assert "Packed and ready to go" in page


def test_without_an_order_somebody_invented_reads_it(store: Store, now: datetime) -> None:
    with store_scope(store.pk):
        with_templates(store, now)
    staff = Staff(store)
    assert "An invented customer: there is no order yet" in staff.see("template", *PACKED)
    for key in ("thank_you", "delivered", "order_refunded", "order_cancelled"):
        html = staff.see("template_preview", key, "ar")
        assert "Juniper" in html, key
        assert "{{" not in html, key


def test_a_test_goes_to_oneself_with_the_order_and_to_others_without(olga: Staff, store: Store) -> None:
    olga.do("template_trial", *PACKED, recipient="olga@juniper.example")
    shown = words_of(olga.see("template", *PACKED).replace("<main", "<div"))
    assert "“[Test] Order #1001 is packed” was made, and did not leave: Kept in the outbox viewer" in shown
    olga.do("template_trial", *PACKED, recipient="somebody@example.com")
    assert "“[Test] Order #1042 is packed” was made" in olga.see("template", *PACKED)
    olga.do("template_trial", *PACKED, recipient="nobody")
    assert "is no e-mail address" in olga.see("template", *PACKED)
    for _ in range(9):
        olga.do("template_trial", *PACKED, recipient="olga@juniper.example")
    assert "That was a lot at once." in olga.see("template", *PACKED)
    with store_scope(store.pk):
        assert not Message.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_only_who_may_write_changes_anything(olga: Staff, store: Store, role: Role) -> None:
    keep(olga)
    staff = Staff(store, role, f"{role}@juniper.example")
    may = role_may(role=role, permission=Permission.MESSAGES_WRITE)
    assert ("Keep the draft" in staff.see("template", *PACKED)) == may
    forms = {
        "template_save": {**WORDS, "revision": "1"}, "template_source": {"revision": "2"},
        "template_trial": {"recipient": "a@example.com"}, "template_publish": {"revision": "9"},
        "template_discard": {"revision": "3"},
    }  # fmt: skip
    for name, form in forms.items():
        staff.do(name, *PACKED, expect=302 if may else 403, **form)
    staff.do("template_restore", *PACKED, 1, expect=302 if may else 403)


def test_mallory_sees_nothing_of_it(olga: Staff) -> None:
    keep(olga, subject="A secret subject")
    mallory = Staff(make_store("mallory"), email="mallory@other.example")
    for name in ("template", "template_preview", "template_versions"):
        response = mallory.client.get(olga.url(name, *PACKED))
        assert response.status_code == 404
    assert "A secret subject" not in mallory.see("template", *PACKED)


def test_pages_take_as_many_queries_for_many_versions_as_for_one(olga: Staff) -> None:
    pages = ("template", "template_versions", "template_preview")
    keep(olga)
    olga.do("template_publish", *PACKED, revision="1")
    before = {name: olga.count_queries(name, *PACKED) for name in pages} | {
        "templates": olga.count_queries("templates")
    }
    for number in range(1, 4):
        keep(olga, subject=f"Number {number}")
        olga.do("template_publish", *PACKED, revision="1")
    after = {name: olga.count_queries(name, *PACKED) for name in pages} | {"templates": olga.count_queries("templates")}
    assert after == before
    assert max(after.values()) < 35
