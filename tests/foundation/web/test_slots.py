"""Pages with slots: marks stay whole through templates, and what they stand for takes their place."""

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from aftercare.foundation.web import slots


def page(template: str, request: HttpRequest) -> str:
    return engines["django"].from_string(template).render(slots.own_words(request), request)


def test_what_is_one_visits_own_becomes_marks_and_words_again() -> None:
    request = slots.with_slots(HttpRequest())
    text = page(
        '{% load moments %}<a href="{{ request.get_full_path }}">{% csrf_token %}{{ words|escape }}</a>', request
    )
    told = slots.filled(text, tell=lambda name: f"[{name}]", speak=str)
    assert told == '<a href="[address]"><input type="hidden" name="csrfmiddlewaretoken" value="[csrf]"></a>'


def test_a_request_without_slots_has_no_marks() -> None:
    assert slots.own_words(HttpRequest()) == {}
    assert not slots.is_slotted(HttpRequest())


def test_a_token_of_ones_own_is_noticed() -> None:
    request = HttpRequest()
    get_token(request)
    slotted = slots.with_slots(request)
    assert not slots.asked_for_a_token(slotted)
    get_token(slotted)
    assert slots.asked_for_a_token(slotted)


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\0")), st.sampled_from([slots.NONCE, slots.LIVE]))))
def test_whatever_stands_around_them_is_left_alone(parts: list[tuple[str, str]]) -> None:
    marked = "".join(text + slots.slot(name) for text, name in parts)
    told = slots.filled(marked, tell=lambda name: f"<{name}>", speak=str)
    assert told == "".join(f"{text}<{name}>" for text, name in parts)
