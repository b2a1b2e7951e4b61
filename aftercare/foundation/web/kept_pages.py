"""Pages of a shop, kept as they were drawn and sent again for as long as the rows they were drawn from stay the same.

A process keeps what it has drawn for visitors who ask alike: same address, host, language and theme. Each visit asks the
database for the versions of those rows and takes a kept page only if they are the ones it was drawn from, so a change
is seen by the next visit, whoever made it and on whatever host. What is one visit's own stands in `slots`; what changes
with the day is drawn anew after midnight.
"""

import base64
import os
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.cookie import parse_cookie
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.html import escape

from aftercare.foundation.web import slots
from aftercare.foundation.web.live import live_url
from aftercare.foundation.web.quick import Answer, Environ, Headers, StartResponse, Turn, is_plain, place_of
from aftercare.foundation.web.templatetags.moments import spoken_time

_DRAFT = "aftercare.draft"
_THEME = "theme"
_LONGEST = 200  # of what a browser says about itself
_LEVEL = 1  # packs a page to a quarter in a tenth of a millisecond
_OF_ONE_ANSWER = frozenset({"content-length", "content-encoding", "x-request-id", "set-cookie", "vary"})
_CSRF = CsrfViewMiddleware(lambda request: HttpResponse())  # noqa: ARG005 -- Django's signature
_GZIP = GZipMiddleware(lambda request: HttpResponse())  # noqa: ARG005 -- as above
Versions = tuple[Any, ...]
# Until midnight in the zone of whoever reads, on the longest day of the year.
LONGEST_KEPT = timedelta(hours=26)


class Asked(NamedTuple):
    """All that a kept page may depend on besides its rows and the day."""

    place: tuple[str, ...]
    address: str
    only_parts: bool
    language: str
    languages: str
    theme: str


class Drawing(NamedTuple):
    """A page with slots, told at `now` in `zone`; `about` finds its rows again, `order_id` is whose changes it listens to."""

    text: str
    about: Any
    order_id: int
    zone: tzinfo
    now: datetime
    can_be_kept: bool = True


@dataclass(slots=True)
class Draft:
    """Put into a request by the short way, and filled in by the long way with what it draws."""

    asked: Asked
    drawing: Drawing | None = None
    versions: Versions = ()
    language: str = ""
    nonce: str = ""


class Page(NamedTuple):
    """A kept page. The text of its drawing is packed."""

    drawing: Drawing
    packed: bytes
    versions: Versions
    language: str
    headers: Headers
    vary: str
    until: datetime


class Shelf:
    """Kept pages, of which the longest unused go first once they take more than `most` bytes."""

    def __init__(self, *, most: int) -> None:
        self._most, self._bytes, self._guard = most, 0, threading.Lock()
        self._pages: OrderedDict[Asked, Page] = OrderedDict()

    def get(self, asked: Asked) -> Page | None:
        """The page, whether or not it still stands."""
        with self._guard:
            if asked in self._pages:
                self._pages.move_to_end(asked)
            return self._pages.get(asked)

    def put(self, asked: Asked, page: Page) -> None:
        """Keep it in the place of what was kept there."""
        with self._guard:
            old = self._pages.pop(asked, None)
            self._pages[asked] = page
            self._bytes += len(page.packed) - (len(old.packed) if old else 0)
            while self._bytes > self._most:
                _, gone = self._pages.popitem(last=False)
                self._bytes -= len(gone.packed)

    def clear(self) -> None:
        """Forget all."""
        with self._guard:
            self._pages.clear()
            self._bytes = 0


def asked_of(environ: Environ) -> Asked | None:
    """What is asked for, where it is nothing but a page: no query, no cookies of anybody who has signed in."""
    if not is_plain(environ, method="GET") or environ.get("QUERY_STRING") or environ.get("SCRIPT_NAME"):
        return None
    cookies = _cookies(environ)
    known = (settings.LANGUAGE_COOKIE_NAME, _THEME, settings.CSRF_COOKIE_NAME)
    language, theme = cookies.get(known[0], ""), cookies.get(_THEME, "")
    languages = environ.get("HTTP_ACCEPT_LANGUAGE", "")
    if not cookies.keys() <= set(known) or len(language) + len(theme) + len(languages) > _LONGEST:
        return None
    only_parts = environ.get("HTTP_HX_REQUEST") == "true"
    return Asked(place_of(environ), environ["PATH_INFO"], only_parts, language, languages, theme)


def wanted(environ: Environ, asked: Asked) -> None:
    """Let the long way know that what it draws is to be kept."""
    environ[_DRAFT] = Draft(asked)


def drawn(
    request: HttpRequest, *, versions: Callable[[], Versions], draw: Callable[[HttpRequest], Drawing]
) -> HttpResponse | None:  # fmt: skip
    """Draw the page with slots and answer it to this visit; None where nobody wants to keep it, or it cannot be kept."""
    draft: Draft | None = request.META.get(_DRAFT)
    if draft is None:
        return None
    slotted = slots.with_slots(request)
    before = versions()
    drawing = draw(slotted)
    if slots.asked_for_a_token(slotted):
        return None
    if drawing.can_be_kept:
        draft.drawing, draft.versions, draft.language = drawing, before, translation.get_language() or ""
        draft.nonce = str(request.csp_nonce) if slots.slot(slots.NONCE) in drawing.text else ""  # type: ignore[attr-defined]
    return HttpResponse(_told(drawing.text, drawing, request))


def keeping(environ: Environ, start: StartResponse, shelf: Shelf) -> StartResponse:
    """What to answer through instead, so that a wanted page is kept with its headers."""
    draft: Draft | None = environ.get(_DRAFT)
    if draft is None:
        return start

    def heard(status: str, headers: Headers, *more: Any) -> Any:
        if status.startswith("200") and draft.drawing is not None and not _sets_more(headers):
            shelf.put(draft.asked, _page(draft, draft.drawing, headers))
        return start(status, headers, *more)

    return heard


def sent(page: Page, environ: Environ, start: StartResponse, turn: Turn, *, now: datetime) -> Answer:
    """Answer a kept page to one visit, as the long way would have."""
    request = HttpRequest()
    request.META, request.COOKIES = environ, _cookies(environ)
    request.path = request.path_info = environ["PATH_INFO"]
    nonce = request.csp_nonce = base64.b64encode(os.urandom(16)).decode("ascii")  # type: ignore[attr-defined]
    _CSRF.process_request(request)
    with translation.override(page.language):
        text = zlib.decompress(page.packed).decode()
        response = HttpResponse(_told(text, page.drawing._replace(now=now), request), headers={"Vary": page.vary})
    answer = _GZIP.process_response(request, _CSRF.process_response(request, response))
    assert isinstance(answer, HttpResponse), "a page is no stream"
    headers = [(name, value.replace(slots.slot(slots.NONCE), nonce)) for name, value in page.headers]
    headers += [(name, answer[name]) for name in ("Vary", "Content-Encoding") if answer.has_header(name)]
    headers += [("Set-Cookie", cookie.output(header="")) for cookie in answer.cookies.values()]
    return turn.answer(start, headers, answer.content)


def _told(text: str, drawing: Drawing, request: HttpRequest) -> str:
    """The words of one visit in their slots, in the language that is active."""
    words: dict[str, Callable[[], str]] = {
        slots.NONCE: lambda: str(request.csp_nonce),  # type: ignore[attr-defined]
        slots.CSRF: partial(get_token, request),
        slots.ADDRESS: lambda: escape(request.get_full_path()),
        slots.LIVE: partial(live_url, order_id=drawing.order_id),
    }
    now = drawing.now.astimezone(drawing.zone)
    return slots.filled(
        text, tell=lambda name: words[name](),
        speak=lambda moment: escape(spoken_time(datetime.fromisoformat(moment), now=now)),
    )  # fmt: skip


def _page(draft: Draft, drawing: Drawing, headers: Headers) -> Page:
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_ONE_ANSWER]
    if draft.nonce:
        kept = [(name, value.replace(draft.nonce, slots.slot(slots.NONCE))) for name, value in kept]
    vary = next((value for name, value in headers if name.lower() == "vary"), "")
    packed = zlib.compress(drawing.text.encode(), _LEVEL)
    return Page(drawing._replace(text=""), packed, draft.versions, draft.language, kept, vary, _midnight(drawing))


def _midnight(drawing: Drawing) -> datetime:
    """When the day ends of which the page says "today"."""
    tomorrow = drawing.now.astimezone(drawing.zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), drawing.zone)


def _sets_more(headers: Headers) -> bool:
    """Whether the answer sets a cookie besides the one that a kept page sets too."""
    ours = f"{settings.CSRF_COOKIE_NAME}="
    return any(name.lower() == "set-cookie" and not value.strip().startswith(ours) for name, value in headers)


def _cookies(environ: Environ) -> dict[str, str]:
    given = environ.get("HTTP_COOKIE", "")
    return parse_cookie(given) if given else {}
