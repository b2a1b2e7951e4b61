"""The simulated carrier's own message, and its translation into ours."""

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Annotated, NamedTuple

import orjson
from pydantic import Field

from aftercare.commerce.shipments.carriers.simulated.reporting import Report
from aftercare.commerce.shipments.carriers.simulated.world import CODES, COUNTRIES, text
from aftercare.commerce.shipments.messages import in_zone, parse, read_json
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.translation import UNKNOWN, Meaning, scan_of
from aftercare.foundation.kit.schema import Incoming, Text


class Event(Incoming):
    """What happened; `time` is local, and its zone is sometimes missing."""

    time: datetime
    code: Annotated[Text, Field(min_length=1, max_length=60)]
    text: Annotated[Text, Field(max_length=300)] = ""
    city: Annotated[Text, Field(max_length=110)] = ""
    country: Annotated[Text, Field(max_length=2)] = ""


class Eta(Incoming):
    """The window of delivery."""

    since: datetime
    by: datetime


class Group(NamedTuple):
    """Reports of one parcel, in the language they are told in; `signed_by` once somebody has."""

    number: str
    language: str
    reports: Sequence[Report]
    signed_by: str = ""


class ParcelNews(Incoming):
    """What is new of one parcel."""

    number: Annotated[Text, Field(min_length=1, max_length=80)]
    eta: Eta | None = None
    signed_by: Annotated[Text, Field(max_length=120)] = ""
    events: Annotated[tuple[Event, ...], Field(min_length=1, max_length=1000)]


class Push(Incoming):
    """The body of a webhook."""

    parcels: Annotated[tuple[ParcelNews, ...], Field(min_length=1, max_length=5000)]


def written(news: Iterable[Group]) -> bytes:
    """A push of reports."""
    return orjson.dumps({"parcels": [_parcel(group) for group in news]})


def read(body: bytes, *, carrier: str, zone: tzinfo) -> list[TrackingIn]:
    """What a push says, in our words; raises Unreadable."""
    return [_tracking(news, carrier, zone) for news in parse(Push, read_json(body)).parcels]


def _parcel(group: Group) -> dict[str, object]:
    promises = [report.promise for report in group.reports if report.promise]
    events = [_event(report, group.language) for report in group.reports]
    parcel: dict[str, object] = {"number": group.number, "events": events}
    if group.signed_by:
        parcel["signed_by"] = group.signed_by
    if promises:
        parcel["eta"] = {"since": promises[-1].since.isoformat(), "by": promises[-1].by.isoformat()}
    return parcel


def _event(report: Report, language: str) -> dict[str, str]:
    time = report.at if report.zoned else report.at.replace(tzinfo=None)
    words = text(report.code, language)
    return {
        "time": time.isoformat(),
        "code": report.code,
        "text": words,
        "city": report.place.city,
        "country": report.place.country,
    }


def _tracking(news: ParcelNews, carrier: str, zone: tzinfo) -> TrackingIn:
    return parse(TrackingIn, {
        "tracking_number": news.number,
        "carrier": carrier,
        "expected_from": news.eta and in_zone(news.eta.since, zone)[0],
        "expected_by": news.eta and in_zone(news.eta.by, zone)[0],
        "signed_by": news.signed_by,
        "scans": tuple(_scan(event, zone) for event in news.events),
    })  # fmt: skip


def _scan(event: Event, zone: tzinfo) -> ScanIn:
    there = COUNTRIES[event.country].zone if event.country in COUNTRIES else zone
    known = CODES.get(event.code)
    means = Meaning(known.status, known.reason) if known else UNKNOWN
    return scan_of(
        at=event.time, zone=there, means=means, codes=[event.code], text=event.text, place=(event.city, event.country)
    )
