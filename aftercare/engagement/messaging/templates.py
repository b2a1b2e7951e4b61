"""Which template version a message is rendered from, and the prepared mail of a version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from aftercare.engagement.messaging.email.mime import MailTemplate, prepare_mail
from aftercare.foundation.database.bulk import fetch

FALLBACK = "en"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A live version and the locale it is written in."""

    version_id: int
    locale: str

    def instead_of(self, wanted: str) -> str:
        """`wanted`, where this is another language; empty where it is read as it should be."""
        return "" if self.locale.partition("-")[0] == wanted.lower().partition("-")[0] else wanted


def chosen_templates(wanted: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], Chosen]:
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
                found[store, key, locale] = Chosen(live[store, key, candidate], candidate)
                break
    return found


def _candidates(locale: str, of_store: str) -> tuple[str, ...]:
    """Where to look, in this order."""
    return locale, locale.partition("-")[0], of_store, of_store.partition("-")[0], FALLBACK


def read_instead(*, written: Collection[str], locale: str, store_locale: str) -> str:
    """The locale that whoever wants `locale` reads, of those there are; empty where nothing can be sent."""
    return next((code for code in _candidates(locale, store_locale) if code in written), "")


@lru_cache(maxsize=2000)
def prepared_mail(version_id: int) -> MailTemplate:
    """A version made ready to be filled. Versions never change, so this is kept as long as the process lives."""
    subject, text, html = fetch(
        "SELECT subject, text, html FROM messaging_templateversion WHERE id = %s", [version_id]
    )[0]
    return prepare_mail(subject=subject, text=text or None, html=html)
