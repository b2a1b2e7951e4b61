"""The usual visit to an order's page, without the weight of one: nothing has changed since it was drawn.

The page verified its link when it was drawn, and that the link lasts for as long as a drawn page is kept. Whatever is
unusual is left to the page: a dead link, a query, somebody who has signed in, and of course a page that is not kept or
stands no longer.
"""

import re

from django.db import Error as DatabaseError
from django.db import close_old_connections

from aftercare.commerce.orders.page_rows import page_versions
from aftercare.foundation.kit import clock
from aftercare.foundation.web.kept_pages import Page, Shelf, asked_of, keeping, sent, wanted
from aftercare.foundation.web.quick import Answer, Environ, StartResponse, Turn

_ROUTE = "s/<slug:store>/o/<str:token>/"
_PATH = re.compile(r"/s/[-\w]+/o/[^/]+/", re.ASCII)
# In each process; some seven thousand pages of small orders.
_shelf = Shelf(most=24 * 1024 * 1024)


def visit(environ: Environ, start: StartResponse) -> Answer | None:
    """The answer where the page is kept and stands, else None."""
    asked = asked_of(environ) if _PATH.fullmatch(environ["PATH_INFO"]) else None
    if asked is None:
        return None
    turn, now = Turn(environ, route=_ROUTE), clock.now()
    page = _shelf.get(asked)
    if page is not None and now < page.until and _stands(page):
        return sent(page, environ, start, turn, now=now)
    wanted(environ, asked)
    return None


def learning(environ: Environ, start: StartResponse) -> StartResponse:
    """What to answer through instead, so that a page that is drawn now can be sent again."""
    return keeping(environ, start, _shelf)


def _stands(page: Page) -> bool:
    """Whether every row is what it was when it was drawn."""
    store_id, public_id = page.drawing.about
    try:
        return page_versions(store_id=store_id, public_id=public_id) == page.versions
    except DatabaseError:
        return False
    finally:
        close_old_connections()  # nobody ends a request here who would give it back
