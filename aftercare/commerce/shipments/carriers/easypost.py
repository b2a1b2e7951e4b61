"""EasyPost: trackers pushed as events, signed with HMAC-SHA256 over the raw body. The signature carries no time."""

import hmac
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Annotated, ClassVar
from unicodedata import normalize

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.messages import Pushed, Said, SaidAt, check_token, parse, read_json
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.commerce.shipments.translation import Proof, Window, meaning, meanings, news_of, scan_of

MEANINGS = meanings("easypost")
_HEADER = "x-hmac-signature"


class Location(Pushed):
    """Where a scan was made."""

    city: Said = ""
    state: Said = ""
    country: Said = ""


class Detail(Pushed):
    """One scan; `carrier_code` is the carrier's own."""

    datetime: SaidAt = None
    status: Said = ""
    status_detail: Said = ""
    carrier_code: Said = ""
    message: Said = ""
    description: Said = ""
    tracking_location: Location | None = None


class Tracker(Pushed):
    """One parcel as EasyPost knows it."""

    tracking_code: Annotated[Said, Field(min_length=1, max_length=80)]
    carrier: Said = ""
    signed_by: Said = ""
    est_delivery_date: SaidAt = None
    tracking_details: tuple[Detail, ...] | None = None


class Kind(Pushed):
    """What an event tells of; many tell of nothing we follow."""

    description: Annotated[Said, Field(min_length=1)]


class Event(Pushed):
    """An event about a tracker."""

    result: Tracker


class EasypostForm(forms.Form):
    """The secret EasyPost signs with."""

    secret = forms.CharField(
        label=_("Webhook secret"), min_length=8, max_length=200, strip=False,
        help_text=_("The webhook_secret you gave EasyPost when you added our address."),
    )  # fmt: skip


@register
class Easypost(Carrier):
    """EasyPost, whichever carrier it asks."""

    key: ClassVar = "easypost"
    label: ClassVar = _("EasyPost")
    ConfigForm: ClassVar = EasypostForm
    where: ClassVar = _(
        "In EasyPost under Account Settings, Webhooks: add the address with a webhook secret of your own."
    )

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del query, now
        secret = normalize("NFKD", config["secret"]).encode()
        signature = f"hmac-sha256-hex={hmac.digest(secret, body, 'sha256').hex()}"
        check_token(given=headers.get(_HEADER, ""), expected=signature, field=_HEADER)
        said = read_json(body)
        if not parse(Kind, said).description.startswith("tracker."):
            return []
        tracker = parse(Event, said).result
        return news_of(
            number=tracker.tracking_code,
            carried_by=tracker.carrier,
            window=Window(by=tracker.est_delivery_date),
            proof=Proof(tracker.signed_by),
            scans=(
                scan_of(
                    at=detail.datetime, zone=zone,
                    means=meaning(MEANINGS, f"{detail.status}/{detail.status_detail}", detail.status),
                    codes=(f"{detail.status}/{detail.status_detail}".strip("/"), detail.carrier_code),
                    text=detail.message or detail.description, place=_place(detail.tracking_location),
                )
                for detail in tracker.tracking_details or ()
                if detail.datetime
            ),
            zone=zone,
        )  # fmt: skip


def _place(location: Location | None) -> tuple[str, ...]:
    return (location.city, location.state, location.country) if location else ()
