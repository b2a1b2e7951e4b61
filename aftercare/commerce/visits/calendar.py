"""A visit as an entry of a calendar (RFC 5545). A later one of the same visit takes the place of an earlier one."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from aftercare.commerce.orders.models import Fulfilment

MEDIA_TYPE = "text/calendar; charset=utf-8"
_USUAL = timedelta(hours=1)  # where nobody said when it ends
_PRODUCT = "-//Aftercare//Visits//EN"


def calendar_entry(*, visit: Fulfilment, title: str, url: str, host: str, now: datetime) -> bytes:
    """The file; UTF-8, lines end as the standard asks. The visit has a date.

    `url` is where it can be read what became of it; `host` makes its id one of this installation.
    """
    assert visit.scheduled_from is not None
    entry = Event()
    entry.add("uid", f"{visit.public_id}@{host}")
    entry.add("dtstamp", now.astimezone(UTC))
    # It must grow with every change and be a small number: whatever is fetched later counts for more.
    entry.add("sequence", max(int((now - visit.order.placed_at).total_seconds()), 0))
    entry.add("dtstart", visit.scheduled_from.astimezone(UTC))
    entry.add("dtend", (visit.scheduled_until or visit.scheduled_from + _USUAL).astimezone(UTC))
    entry.add("summary", title)
    entry.add("url", url)
    entry.add("status", "CANCELLED" if visit.status == Fulfilment.Status.CANCELLED else "CONFIRMED")
    if place := _place(visit):
        entry.add("location", place)
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if visit.status == Fulfilment.Status.CANCELLED else "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _place(visit: Fulfilment) -> str:
    """Where it is: said of the visit, or else where the order goes."""
    place = visit.location or visit.order.shipping_address
    town = " ".join(part for part in (place.get("postcode"), place.get("city")) if part)
    return ", ".join(part for part in (place.get("street"), town) if part)
