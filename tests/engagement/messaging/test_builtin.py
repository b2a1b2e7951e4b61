"""The default messages: the same in every language, but for the words."""

import re
from typing import Any

import pytest
from django.conf import settings

from aftercare.engagement.messaging.builtin import LANGUAGES, builtin_templates
from aftercare.engagement.messaging.email.plain_text import html_to_text
from aftercare.engagement.messaging.types import message_types
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.kit.liquid.variables import unknown_variables

KEYS = sorted(builtin_templates("en"))
OTHERS = [language for language in LANGUAGES if language != "en"]
BRAND = {
    "name": "Juniper & Oak", "color": "#123456", "text_color": "#ffffff", "website": "https://shop.example",
    "portal": "https://shop.example/s/oak/", "support_email": "help@shop.example", "postal_address": "Weg 1, Berlin",
}  # fmt: skip
CLAIM = {"remedy": "refund"}
INCIDENT = {"kind": "lost", "blame": "carrier", "carrier": "DHL", "place": "Leipzig"}
VISIT = {"starts_at": "2026-11-26T08:00:00+00:00", "ends_at": "2026-11-26T10:00:00+00:00"}
OWNED = {"title": "Kanne", "product": "Kanne", "what": "Entkalken", "text": "Spülen"}
CREDIT = {"balance": 2500, "expires_at": "2026-12-31T22:59:59+00:00", "code": "K2M9QV4T8R"}
DIGEST = {"messages": [{"subject": "Leinen", "line": "Waschen", "url": "#"}]}
FULL: dict[str, Any] = {
    "customer": {"name": "Noor Haddad", "first_name": "Noor"}, "time_zone": "Europe/Berlin", "brand": BRAND,
    "event": {"whole": True, "reason": "XYZ", "amount": 1990, "currency": "EUR", **INCIDENT, **CLAIM, **VISIT,
              **DIGEST, **OWNED, **CREDIT},
    "unsubscribe": "token",
    "order": {
        "number": "#1042", "currency": "EUR", "subtotal": 7900, "shipping": 490, "discount": 100, "tax": 0,
        "total": 8290, "refunded": 0, "promised_by": "2026-11-26T12:00:00+00:00", "po_number": "PO-7", "url": "#",
        "arrives_from": "2026-11-24T12:00:00+00:00", "arrives_by": "2026-11-26T12:00:00+00:00",
        "lines": [{"title": "Leinendecke", "variant": "", "quantity": 2, "total": 7900, "image_url": ""}],
        "address": {"city": "Graz"},
    },
    "shipment": {
        "carrier": "DHL", "tracking_number": "0034", "tracking_url": "https://dhl.example/0034", "text": "Zu",
        "place": "Graz", "expected_by": "2026-11-26T12:00:00+00:00",
        "arrives_from": "2026-11-24T12:00:00+00:00", "arrives_by": "2026-11-26T12:00:00+00:00",
    },
    "guides": [{"title": "Leinen", "summary": "Waschen", "url": "#"}],
}  # fmt: skip
BARE: dict[str, Any] = FULL | {
    "customer": {"name": "", "first_name": ""}, "event": FULL["event"] | {"whole": False, "reason": ""}, "guides": [],
    "shipment": dict.fromkeys(FULL["shipment"], ""), "unsubscribe": "",
    "order": FULL["order"] | {
        "promised_by": None, "arrives_from": None, "arrives_by": None, "po_number": "", "address": {},
    },
}  # fmt: skip


def shape_of(value: Any) -> Any:
    """The names in `value`, without what stands under them."""
    if isinstance(value, dict):
        return {key: shape_of(inner) for key, inner in value.items()}
    return [shape_of(value[0])] if isinstance(value, list) else None


def said(language: str, key: str, context: dict[str, Any]) -> str:
    """Subject, preview and text of a message as its reader sees them."""
    draft = builtin_templates(language)[key]
    data = context | {"locale": language}
    html = compile_template(compile_mjml(draft.source), autoescape=True).render(data)
    return compile_template(draft.subject, autoescape=False).render(data) + "\n" + html_to_text(html)


def sentences(text: str) -> set[str]:
    """Runs of at least two words, without what comes from the data."""
    return {run.strip() for run in re.findall(r"[^\W\d_]+(?:[ \u2019'][^\W\d_]+)+", text)}


def test_every_message_type_has_its_words_in_every_language() -> None:
    assert sorted(LANGUAGES) == sorted(code for code, _ in settings.LANGUAGES)
    assert {kind.template for kind in message_types()} <= set(KEYS)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("context", [FULL, BARE], ids=["full", "bare"])
def test_no_english_is_left_over(language: str, key: str, context: dict[str, Any]) -> None:
    shared = sentences(said(language, key, context)) & sentences(said("en", key, context))
    assert shared == set()
    assert not re.search(r"\b(Delivery|Discount|Total)\b", said(language, key, context))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_variable_is_one_that_messages_are_given(language: str, key: str) -> None:
    draft = builtin_templates(language)[key]
    for source in (draft.subject, draft.source):
        assert unknown_variables(source, known=shape_of(FULL)) == []


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", KEYS)
def test_a_translation_tells_as_much_as_the_original(language: str, key: str) -> None:
    def outputs(of: str) -> list[str]:
        draft = builtin_templates(of)[key]
        return sorted(set(re.findall(r"\{\{\s*([\w.\[\]]+)", draft.subject + draft.source)))

    assert outputs(language) == outputs("en")


def test_dates_and_amounts_are_written_as_the_language_does() -> None:
    assert "Donnerstag, 26. November 2026" in said("de", "order_confirmed", FULL)
    assert "82,90" in said("fr", "order_confirmed", FULL)
    assert "€82.90" in said("en", "order_confirmed", FULL)
    assert "jueves, 26 de noviembre de 2026" in said("es", "on_its_way", FULL)


def test_arabic_is_mirrored() -> None:
    html = compile_mjml(builtin_templates("ar")["order_confirmed"].source)
    assert 'dir="rtl"' in html
    assert "direction:ltr" not in html
    assert "text-align:left" in html, "amounts stand where lines end"
    assert 'dir="rtl"' not in compile_mjml(builtin_templates("en")["order_confirmed"].source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slot_stays_open(language: str) -> None:
    for draft in builtin_templates(language).values():
        assert not re.search(r"(?<!\{)\{\w+\}(?!\})", draft.source)


@pytest.mark.parametrize("key", ["order_confirmed", "on_its_way"])
@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2026-11-24T12:00:00+00:00", "2026-11-26T12:00:00+00:00", "between Tuesday, November 24, 2026 and Thursday"),
        ("2026-11-26T08:00:00+00:00", "2026-11-26T20:00:00+00:00", "by Thursday, November 26, 2026."),
        (None, "2026-11-26T12:00:00+00:00", "by Thursday, November 26, 2026."),
    ],
)
def test_it_says_between_which_days_it_arrives(key: str, since: str | None, until: str, words: str) -> None:
    days = {"arrives_from": since, "arrives_by": until}
    context = FULL | {"order": FULL["order"] | days, "shipment": FULL["shipment"] | days}
    assert words in said("en", key, context)


@pytest.mark.parametrize("key", ["order_confirmed", "on_its_way"])
def test_it_says_nothing_of_days_where_nobody_knows(key: str) -> None:
    assert "between" not in said("en", key, BARE)
    assert " by " not in said("en", key, BARE)
