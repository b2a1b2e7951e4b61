"""Pages with slots: drawn once and sent many times, with a mark wherever each visit has to be told something else.

Marks are set off by NUL. PostgreSQL keeps it in no text, so nothing that a shop or a shopper wrote can pass for a mark.
"""

import copy
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

_EDGE = "\0"
_COOKIE = "CSRF_COOKIE"
# What differs from visit to visit on every page of a shop; what else does is a moment (see `templatetags/moments`).
NONCE, CSRF, ADDRESS, LIVE = "nonce", "csrf", "address", "live"
_WHEN = "when "


def slot(name: str) -> SafeString:
    """The mark of a slot."""
    return mark_safe(f"{_EDGE}{name}{_EDGE}")  # noqa: S308 -- names of ours, and moments


def slot_of_moment(moment: str) -> SafeString:
    """The mark of how long ago a moment is, which is given as ISO 8601."""
    return slot(_WHEN + moment)


def with_slots(request: HttpRequest) -> HttpRequest:
    """The request as pages are drawn for, whoever visits them: `has_slots`, and marks for nonce and address."""
    slotted = copy.copy(request)
    slotted.META = {name: value for name, value in request.META.items() if name != _COOKIE}
    slotted.has_slots = True  # type: ignore[attr-defined]
    slotted.csp_nonce = slot(NONCE)  # type: ignore[attr-defined]
    slotted.get_full_path = lambda force_append_slash=False: slot(ADDRESS)  # type: ignore[method-assign]  # noqa: ARG005 -- Django's signature
    return slotted


def own_words(request: HttpRequest) -> dict[str, str]:
    """For the context of a page: marks for what it is given there and is one visit's own; nothing for a page without slots."""
    return {"csrf_token": slot(CSRF), "order_live_url": slot(LIVE)} if is_slotted(request) else {}


def is_slotted(request: HttpRequest | None) -> bool:
    """Whether what is drawn for this request has slots."""
    return getattr(request, "has_slots", False)


def asked_for_a_token(slotted: HttpRequest) -> bool:
    """Whether something on the page took a CSRF token of its own: one that belongs to a single visitor."""
    return _COOKIE in slotted.META


def filled(page: str, *, tell: Callable[[str], str], speak: Callable[[str], str]) -> str:
    """The page for one visit: `tell` says what stands in a slot, `speak` how long ago a moment in ISO 8601 is."""
    pieces = page.split(_EDGE)
    for place in range(1, len(pieces), 2):
        name = pieces[place]
        pieces[place] = speak(name[len(_WHEN) :]) if name.startswith(_WHEN) else tell(name)
    return "".join(pieces)
