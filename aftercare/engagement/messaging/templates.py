"""Which template version a message is rendered from, and the prepared mail of a version."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from aftercare.engagement.messaging.email.mime import MailTemplate, prepare_mail
from aftercare.foundation.database.bulk import fetch

FALLBACK = "en"


def template_ids(wanted: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], int]:
    """The live version for each (store, key, locale): in that locale, else its language, else the store's, else English."""
    asked = list(set(wanted))
    rows = fetch(
        "SELECT t.store_id, t.key, t.locale, t.id, s.locale FROM messaging_templateversion t"
        " JOIN stores_store s ON s.id = t.store_id WHERE t.is_live AND t.store_id = ANY(%s) AND t.key = ANY(%s)",
        [list({store for store, _, _ in asked}), list({key for _, key, _ in asked})],
    )
    live = {(store, key, locale): version for store, key, locale, version, _ in rows}
    own_locale = {store: locale for store, _, _, _, locale in rows}
    found = {}
    for store, key, locale in asked:
        for candidate in _candidates(locale, own_locale.get(store, FALLBACK)):
            if (store, key, candidate) in live:
                found[store, key, locale] = live[store, key, candidate]
                break
    return found


def _candidates(locale: str, of_store: str) -> tuple[str, ...]:
    return locale, locale.partition("-")[0], of_store, of_store.partition("-")[0], FALLBACK


@dataclass(frozen=True, slots=True)
class FallBack:
    """A template that is missing in some languages, and the one that is read instead; empty where there is none."""

    key: str
    languages: Sequence[str]
    instead: str


def fall_backs(*, live: Iterable[tuple[str, str]], store_locale: str, languages: Sequence[str]) -> list[FallBack]:
    """What readers of `languages` get in another one; `live` are key and locale of the templates there are."""
    written: dict[str, set[str]] = defaultdict(set)
    for key, locale in live:
        written[key].add(locale)
    return [
        FallBack(key, missing, next((code for code in _candidates("", store_locale) if code in locales), ""))
        for key, locales in sorted(written.items())
        if (missing := [code for code in languages if code not in locales])
    ]


@lru_cache(maxsize=2000)
def prepared_mail(version_id: int) -> MailTemplate:
    """A version made ready to be filled. Versions never change, so this is kept as long as the process lives."""
    subject, text, html = fetch(
        "SELECT subject, text, html FROM messaging_templateversion WHERE id = %s", [version_id]
    )[0]
    return prepare_mail(subject=subject, text=text or None, html=html)
