"""17TRACK: numbers of two thousand carriers, pushed as JSON; `sign` is the SHA-256 of body, slash and key.

The signature carries no time. An old message sent again changes nothing: scans are known by their content.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from hashlib import sha256
from typing import Annotated, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.messages import Pushed, Said, SaidAt, check_token, parse, read_json
from aftercare.commerce.shipments.schemas import ScanIn, TrackingIn
from aftercare.commerce.shipments.translation import Window, meaning, meanings, news_of, scan_of

MEANINGS = meanings("track17")
_HEADER = "sign"


class Address(Pushed):
    """Where an event happened, as far as 17TRACK could tell the parts apart."""

    city: Said = ""
    state: Said = ""
    country: Said = ""


class RawTime(Pushed):
    """A time as the carrier wrote it."""

    date: Said = ""
    time: Said = ""


class Event(Pushed):
    """What a carrier reported; `sub_status` is 17TRACK's code and begins with the status it belongs to."""

    time_utc: SaidAt = None
    time_iso: SaidAt = None
    time_raw: RawTime | None = None
    description: Said = ""
    location: Said = ""
    sub_status: Said = ""
    address: Address | None = None


class Provider(Pushed):
    """A carrier."""

    name: Said = ""


class Leg(Pushed):
    """What one of the carriers of a parcel reported."""

    provider: Provider | None = None
    events: tuple[Event, ...] | None = None


class Legs(Pushed):
    """The carriers of a parcel, the first mile's and the last mile's."""

    providers: tuple[Leg, ...] | None = None


class Estimate(Pushed):
    """When it is to be delivered."""

    since: Annotated[SaidAt, Field(alias="from")] = None
    by: Annotated[SaidAt, Field(alias="to")] = None


class Metrics(Pushed):
    """What 17TRACK reckons."""

    estimated_delivery_date: Estimate | None = None


class Track(Pushed):
    """What is known of a parcel."""

    time_metrics: Metrics | None = None
    tracking: Legs | None = None


class Tracked(Pushed):
    """A number and what is known of it; nothing where 17TRACK has stopped asking."""

    number: Annotated[Said, Field(min_length=1, max_length=80)]
    track_info: Track | None = None


class Message(Pushed):
    """The body of the webhook."""

    data: Tracked


class Track17Form(forms.Form):
    """The key 17TRACK signs with."""

    secret = forms.CharField(
        label=_("Security key"), min_length=8, max_length=200, help_text=_("In 17TRACK under Settings, Security.")
    )


@register
class Track17(Carrier):
    """17TRACK, whichever carrier it asks."""

    key: ClassVar = "track17"
    label: ClassVar = _("17TRACK")
    ConfigForm: ClassVar = Track17Form
    where: ClassVar = _("In 17TRACK under Settings, Webhook: add the address for all notifications.")

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del query, now
        signature = sha256(body + b"/" + config["secret"].encode()).hexdigest()
        check_token(given=headers.get(_HEADER, "").lower(), expected=signature, field=_HEADER)
        tracked = parse(Message, read_json(body)).data
        track = tracked.track_info or Track()
        legs = (track.tracking or Legs()).providers or ()
        estimate = (track.time_metrics or Metrics()).estimated_delivery_date or Estimate()
        return news_of(
            number=tracked.number,
            carried_by=next((leg.provider.name for leg in legs if leg.provider), ""),
            window=Window(estimate.since, estimate.by),
            scans=[scan for leg in legs for scan in _scans(leg, zone)],
            zone=zone,
        )


def _scans(leg: Leg, zone: tzinfo) -> Iterator[ScanIn]:
    for event in leg.events or ():
        at = event.time_utc or event.time_iso or _as_written(event.time_raw)
        if at is None:
            continue
        where = event.address or Address()
        yield scan_of(
            at=at, zone=zone, means=meaning(MEANINGS, event.sub_status, event.sub_status.partition("_")[0]),
            codes=(event.sub_status,), text=event.description,
            place=(event.location,) if event.location else (where.city, where.state, where.country),
        )  # fmt: skip


def _as_written(said: RawTime | None) -> datetime | None:
    """A carrier's own time, without its zone; None where it is no time at all."""
    try:
        return datetime.fromisoformat(f"{said.date} {said.time}".strip()) if said else None
    except ValueError:
        return None
