"""Fetching what was before a shop was connected: page by page, each kept together with where to go on.

What is fetched goes the way of what is sent: it is kept as a delivery and worked off by the same loop.
"""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from aftercare.commerce.platforms.actions.receiving import keep_fetched
from aftercare.commerce.platforms.connectors import FetchedPage, FetchesPages, registry
from aftercare.commerce.platforms.errors import NoAccess
from aftercare.commerce.platforms.models import Backfill, Connection
from aftercare.commerce.platforms.queries import settings_of
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.retry import wait_asked_for
from aftercare.foundation.webhooks.outgoing import Answer, get

_LARGEST_PAGE = 50_000_000
_PATIENCE = 8
_LONGEST_PAUSE = 120.0
_TOO_OFTEN, _OVERLOADED = 429, 500
log = structlog.get_logger(__name__)


def check_access(*, connection: Connection) -> None:
    """Ask the shop for one page; raises NoAccess saying why it gives none."""
    connector, settings = _access(connection)
    resource = connector.resources[0]
    answer = _asked(connector, resource, "", settings)
    if answer.status != 200:
        raise NoAccess(_what_it_said(answer), remedy="Check the shop's address and the key's rights.")
    connector.read_page(resource=resource, cursor="", headers=answer.headers, body=answer.body)


@transaction.atomic
def start_backfill(*, connection: Connection, by: str, now: datetime) -> Backfill:
    """A run to fetch everything; the one under way, or the one that failed where it stopped, if there is one."""
    connector, _ = _access(connection)
    latest = Backfill.objects.select_for_update().filter(connection=connection).order_by("-started_at").first()
    if latest is not None and latest.state != Backfill.State.FINISHED:
        latest.state, latest.failure, latest.changed_at = Backfill.State.RUNNING, "", now
        latest.save(update_fields=["state", "failure", "changed_at"])
        return latest
    return Backfill.objects.create(
        store_id=connection.store_id, connection=connection, resource=connector.resources[0], by=by[:80],
        started_at=now, changed_at=now,
    )  # fmt: skip


def run_backfill(
    *,
    backfill: Backfill,
    clock: Callable[[], datetime],
    sleep: Callable[[float], object] = time.sleep,
    progress: Callable[[Backfill], object] = lambda _run: None,
) -> None:
    """Fetch until nothing is left or the shop refuses; what stopped it stands in the run. Call it again to go on."""
    try:
        connector, settings = _access(backfill.connection)
        troubles = 0
        while backfill.state == Backfill.State.RUNNING:
            answer = _asked(connector, backfill.resource, backfill.cursor, settings)
            if answer.status in {0, _TOO_OFTEN} or answer.status >= _OVERLOADED:
                troubles += 1
                if troubles > _PATIENCE:
                    raise NoAccess(_what_it_said(answer), remedy="Go on later: what was fetched is kept.")
                sleep(_pause(answer, troubles, clock()))
                continue
            troubles = 0
            _take_page(backfill, connector, answer, clock(), sleep)
            progress(backfill)
    except Refusal as refusal:
        log.warning("back-fill failed", backfill=backfill.public_id, problem=refusal.sentence)
        failed = {"state": Backfill.State.FAILED, "failure": f"{refusal.sentence} {refusal.remedy}".strip()}
        Backfill.objects.filter(pk=backfill.pk).update(**failed, changed_at=clock())
        backfill.refresh_from_db(fields=["state", "failure"])


def _take_page(
    backfill: Backfill, connector: FetchesPages, answer: Answer, now: datetime, sleep: Callable[[float], object]
) -> None:
    if answer.status != 200:
        raise NoAccess(_what_it_said(answer), remedy="Check the shop's address and the key's rights.")
    resource, cursor = backfill.resource, backfill.cursor
    page = connector.read_page(resource=resource, cursor=cursor, headers=answer.headers, body=answer.body)
    if page.following and page.following == cursor:
        raise NoAccess("The shop answers the same page over and over.", remedy="Try again later.")
    _keep(backfill, connector, page, now)
    if page.pause:
        sleep(page.pause)


@transaction.atomic
def _keep(backfill: Backfill, connector: FetchesPages, page: FetchedPage, now: datetime) -> None:
    """The page and the place behind it, or neither."""
    keep_fetched(connection=backfill.connection, records=page.records, now=now)
    resources = list(connector.resources)
    following = resources[resources.index(backfill.resource) + 1 :]
    backfill.cursor = page.following
    if not page.following:
        backfill.resource = following[0] if following else backfill.resource
        backfill.state = Backfill.State.RUNNING if following else Backfill.State.FINISHED
    backfill.pages += 1
    backfill.records += len(page.records)
    backfill.changed_at = now
    backfill.save(update_fields=["cursor", "resource", "state", "pages", "records", "changed_at"])


def _access(connection: Connection) -> tuple[FetchesPages, dict[str, Any]]:
    connector, settings = registry[connection.platform], settings_of(connection)
    if not isinstance(connector, FetchesPages):
        raise NoAccess("This platform cannot be asked; it only sends.", remedy="Import a file instead.")
    if not connector.has_access(settings):
        raise NoAccess("There is no key to ask the shop with.", remedy="Connect the shop again and enter its key.")
    return connector, settings


def _asked(connector: FetchesPages, resource: str, cursor: str, settings: dict[str, Any]) -> Answer:
    call = connector.page_call(resource=resource, cursor=cursor, settings=settings)
    return get(url=call.url, headers=call.headers, at_most=_LARGEST_PAGE)


def _what_it_said(answer: Answer) -> str:
    if answer.status == 0:
        return f"The shop does not answer: {answer.body[:200].decode('utf-8', 'replace')}."
    return f"The shop refuses with status {answer.status}."


def _pause(answer: Answer, troubles: int, now: datetime) -> float:
    """What the shop asks for, or twice as long each time."""
    asked = wait_asked_for(answer.headers.get("retry-after", ""), now=now)
    return min(max(asked.total_seconds() if asked else 2.0**troubles, 1.0), _LONGEST_PAUSE)
