"""The log as owners read it: what people and programs did, page by page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.events.models import ACTED, EventRow
from aftercare.foundation.events.subjects import subject_of
from aftercare.foundation.kit.errors import NotFound
from aftercare.foundation.stores.models import Store

PEOPLE, PROGRAMS = "staff", "token"


@dataclass(frozen=True)
class Acts:
    """What to look for; whatever is empty narrows nothing.

    `kind` is PEOPLE or PROGRAMS, `actor` one of them as the log names it, `thing` the public id of what was acted on;
    `until` is no longer in it.
    """

    kind: str = ""
    actor: str = ""
    type_name: str = ""
    thing: str = ""
    since: datetime | None = None
    until: datetime | None = None


def acts(*, store: Store, sought: Acts, after: str = "", limit: int = 50) -> Page[EventRow]:
    """A page of what people and programs did in the store, the latest first. One query, and one to find the thing."""
    found = EventRow.objects.filter(ACTED, store=store)
    if sought.kind:
        found = found.filter(actor__startswith=f"{sought.kind}:")
    if sought.actor:
        found = found.filter(actor=sought.actor)
    if sought.type_name:
        found = found.filter(type=sought.type_name)
    if sought.thing:
        found = found.filter(_about(sought.thing))
    if sought.since:
        found = found.filter(recorded_at__gte=sought.since)
    if sought.until:
        found = found.filter(recorded_at__lt=sought.until)
    return page(found, by="recorded_at", after=after, limit=limit)


def _about(thing: str) -> Q:
    """By the key events carry where the thing has one; else by what they say of it (people, tokens, invitations)."""
    try:
        return subject_of(thing).events_of(thing)
    except NotFound:
        named = Q()
        for field in ("member", "token", "invitation"):
            named |= Q(**{f"data__{field}": thing})
        return named
