"""The messages every store starts with, in every language there is a file for: words, set into one layout."""

from functools import cache

from aftercare.engagement.messaging.builtin.composing import compose
from aftercare.engagement.messaging.builtin.texts import LANGUAGES, messages_of
from aftercare.engagement.messaging.contents import WORDS, Content, Words

__all__ = ["LANGUAGES", "builtin_template", "builtin_templates"]


@cache
def builtin_templates(locale: str) -> dict[str, Content]:
    """Every built-in template of a language, by key."""
    return {key: _content(text, locale) for key, text in messages_of(locale).items()}


def builtin_template(*, key: str, locale: str) -> Content | None:
    """The built-in template of this key in this very language, if there is one."""
    return builtin_templates(locale).get(key) if locale in LANGUAGES else None


def _content(text: dict[str, str], locale: str) -> Content:
    words = Words(**{name: text[name].strip("\n") for name in WORDS})
    source = compose(words=words, locale=locale)
    return Content(subject=text["subject"], source=source, words=words, short=text["short"])
