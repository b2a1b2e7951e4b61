"""Which language a page speaks: the portal the reader's, else the store's; the console only one in which all of it is written."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

_FOR_STAFF = ("/console/", "/accounts/")


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, which knows cookies and Accept-Language, told which languages there are where."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.LANGUAGE_CODE not in dict(languages_for(request)):
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE


def fall_back_on(locale: str, *, request: HttpRequest) -> None:
    """Speak this language, such as a store's own, to a reader who asked for none that we have."""
    accepted = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and not any(map(_ours, accepted)):
        translation.activate(_ours(locale) or settings.LANGUAGE_CODE)


def _ours(locale: str) -> str | None:
    try:
        return translation.get_supported_language_variant(locale.lower())
    except LookupError:
        return None


def languages_for(request: HttpRequest) -> list[tuple[str, str]]:
    """Code and own name of each language that the face this request is made to speaks."""
    if not request.path.startswith(_FOR_STAFF):
        return list(settings.LANGUAGES)
    return [(code, name) for code, name in settings.LANGUAGES if code in settings.CONSOLE_LANGUAGES]
