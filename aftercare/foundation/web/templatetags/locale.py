"""Which conventions the reader's language implies for dates and numbers."""

from django.utils.translation import get_language, to_locale

# Plain English says nothing of a country. We write "Thursday, 26 November" and 24 hours; en-us keeps its own.
CONVENTIONS = {"en": "en_GB"}


def reading_locale() -> str:
    """The CLDR locale of the active language, such as en_GB, de or pt_BR."""
    locale = to_locale(get_language() or "en")
    return CONVENTIONS.get(locale, locale)
