"""What is wrong with a template: each kind of problem with its field, line and column."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aftercare.engagement.messaging.builtin import LANGUAGES, builtin_templates
from aftercare.engagement.messaging.checking import Problem, Weight, problems_of
from aftercare.engagement.messaging.contents import Content, Words
from aftercare.engagement.messaging.drafts import made
from aftercare.engagement.messaging.policy import LegalClass
from aftercare.engagement.messaging.samples import sample_context
from aftercare.engagement.messaging.types import MessageType, message_type
from tests.engagement.messaging.test_builtin import BRAND
from tests.factories import NOW

MARKETING = MessageType("offer", "An offer", LegalClass.MARKETING, timedelta(days=1))
PLAIN = "<mjml><mj-body><mj-section><mj-column>\n<mj-text>{text}</mj-text>\n</mj-column></mj-section></mj-body></mjml>"


def problems(content: Content, kind: MessageType | str = "packed", address: str = "Weg 1") -> list[Problem]:
    chosen = message_type(kind) if isinstance(kind, str) else kind
    sample = sample_context(kind=chosen, locale="en", currency="EUR", time_zone="UTC", now=NOW) | {"brand": BRAND}
    return problems_of(content=content, kind=chosen, sample=sample, postal_address=address)


def words(subject: str = "Hello", **told: str) -> Content:
    return made(subject=subject, words=Words(**{"body": "Text", **told}), source="", locale="en")


def own(text: str, subject: str = "Hello") -> Content:
    return Content(subject, PLAIN.replace("{text}", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wrong_with_what_every_store_starts_with(language: str) -> None:
    assert [found for key, content in builtin_templates(language).items() for found in problems(content, key)] == []


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (words("{{ order.numbr }}"), "subject[1:4]", "“order.numbr”"),
        (words(" "), "subject", "Nothing is written"),
        (words("x" * 301), "subject", "longer than 300"),
        (words(body="a\n\nb {% foo %}"), "body[3:6]", "nexpected tag 'foo'"),
        (words(body="{% if order %}a\n\nb{% endif %}"), "body[1:1]", "does not end in it"),
        (words(body="a\n\n{nonsense}"), "body[3:1]", "no block “{nonsense}”"),
        (words(body="{button}"), "button", "nothing stands on it"),
        (words(body="[x](javascript:alert)"), "body[1:1]", "'javascript:'"),
        (words(body="x" * 20_001), "body", "far too long"),
        (words(heading="{{ order.number | monie }}"), "heading[1:19]", "no filter 'monie'"),
        (words(heading="{{ order.number | money }}"), "heading[1:1]", "oney wants an integer"),
        (own("{{ guides[0].title }}"), "source[2:13]", "“guides”"),
        (Content("Hi", "<p>Hello</p>"), "source[1:1]", "outside of <mjml>"),
        (Content("Hi", "<mjml><mj-body>\n<mj-foo/></mj-body></mjml>"), "source[2:1]", "no element <mj-foo>"),
    ],
)
def test_an_error_with_its_place(content: Content, place: str, said: str) -> None:
    found = problems(content)[0]
    assert (found.place, found.weight) == (place, Weight.ERROR)
    assert said in found.sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (words(body="[x](http://x.example)"), "not encrypted"),
        (own('<img src="https://x.example/a.png">'), "no alternative text"),
        (own("a" * 103_000), "Gmail shows only the beginning"),
    ],
)
def test_advice_does_not_block(content: Content, said: str) -> None:
    (found,) = problems(content)
    assert (found.blocks, said in found.sentence) == (False, True)


def test_what_is_not_owed_can_be_unsubscribed_from() -> None:
    assert "must be able to unsubscribe" in problems(own("Hi"), "thank_you")[0].sentence
    assert problems(own("{{ unsubscribe }}"), "thank_you") == []
    assert problems(words(), "thank_you") == [], "the layout has the link"
    assert problems(own("Hi"), "packed") == []


def test_marketing_names_its_postal_address() -> None:
    assert "postal address" in problems(own("{{ unsubscribe }}"), MARKETING)[0].sentence
    assert problems(own("{{ unsubscribe }} {{ brand.postal_address }}"), MARKETING) == []
    assert "the store has none" in problems(words(), MARKETING, address=" ")[0].sentence


def test_what_started_a_message_may_have_any_data_unless_its_type_says() -> None:
    assert problems(words(body="{{ event.whatever }}"), "packed") == []
    assert problems(words(body="{{ event.whatever }}"), "order_cancelled")[0].place == "body[1:4]"


TEXT = st.text(max_size=60) | st.text(alphabet="{}%|[]()<>*~ \nabif.", max_size=60)


@given(TEXT, st.fixed_dictionaries(dict.fromkeys(("preview", "heading", "body", "button"), TEXT)))
@settings(max_examples=150, deadline=None)
def test_any_words_are_judged(subject: str, told: dict[str, Any]) -> None:
    for problem in problems(words(subject, **told)):
        assert problem.field in {"subject", "preview", "heading", "body", "button"}
        assert problem.sentence


@given(TEXT, TEXT)
@example("x", "\U000be432>å")
@settings(max_examples=150, deadline=None)
def test_any_source_is_judged(subject: str, text: str) -> None:
    for content in (own(text, subject), Content(subject, text)):
        assert all(problem.field in {"subject", "source"} for problem in problems(content))
