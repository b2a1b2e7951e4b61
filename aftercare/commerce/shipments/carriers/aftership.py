"""AfterShip: trackings of a thousand couriers, pushed as JSON and signed with HMAC-SHA256 over the raw body.

Its `ts` is when the event happened, not when the message was sent, and repeated deliveries go on for days: so no message
is refused for its age. An old one sent again changes nothing, because scans are known by their content.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Annotated, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import Field

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.messages import Pushed, Said, SaidAt, check_token, parse, read_json
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.commerce.shipments.translation import Proof, Window, first_address, meaning, meanings, news_of, scan_of

MEANINGS = meanings("aftership")
_HEADER = "aftership-hmac-sha256"


class Checkpoint(Pushed):
    """What a courier reported; `raw_tag` is its own code, `subtag` AfterShip's."""

    checkpoint_time: SaidAt = None
    tag: Said = ""
    subtag: Said = ""
    raw_tag: Said = ""
    message: Said = ""
    subtag_message: Said = ""
    location: Said = ""
    city: Said = ""
    state: Said = ""
    country_name: Said = ""


class Estimate(Pushed):
    """A day, or the first and last day, of delivery."""

    estimated_delivery_date: SaidAt = None
    estimated_delivery_date_min: SaidAt = None
    estimated_delivery_date_max: SaidAt = None


class Tracking(Pushed):
    """One parcel as AfterShip knows it."""

    tracking_number: Annotated[Said, Field(min_length=1, max_length=80)]
    slug: Said = ""
    signed_by: Said = ""
    expected_delivery: SaidAt = None
    courier_estimated_delivery_date: Estimate | None = None
    proof_of_delivery: Any = None
    checkpoints: tuple[Checkpoint, ...] | None = None


class Message(Pushed):
    """The body of the webhook."""

    msg: Tracking


class AftershipForm(forms.Form):
    """The secret AfterShip signs with."""

    secret = forms.CharField(
        label=_("Webhook secret"), min_length=8, max_length=200,
        help_text=_("In AfterShip under Settings, Webhooks."),
    )  # fmt: skip


@register
class Aftership(Carrier):
    """AfterShip, whichever courier it asks."""

    key: ClassVar = "aftership"
    label: ClassVar = _("AfterShip")
    ConfigForm: ClassVar = AftershipForm
    where: ClassVar = _("In AfterShip under Settings, Webhooks: add the address; the secret stands beside it.")

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del query, now
        signature = b64encode(hmac.digest(config["secret"].encode(), body, "sha256")).decode()
        check_token(given=headers.get(_HEADER, ""), expected=signature, field=_HEADER)
        tracking = parse(Message, read_json(body)).msg
        return news_of(
            number=tracking.tracking_number,
            carried_by=tracking.slug,
            window=_window(tracking),
            proof=Proof(tracking.signed_by, first_address(tracking.proof_of_delivery)),
            scans=(
                scan_of(
                    at=said.checkpoint_time, zone=zone, means=meaning(MEANINGS, said.subtag, _status(said)),
                    codes=(said.subtag or said.tag, said.raw_tag), text=said.message or said.subtag_message,
                    place=(said.location,) if said.location else (said.city, said.state, said.country_name),
                )
                for said in tracking.checkpoints or ()
                if said.checkpoint_time
            ),
            zone=zone,
        )  # fmt: skip


def _status(said: Checkpoint) -> str:
    """One of AfterShip's nine; a sub-status begins with the one it belongs to."""
    return said.tag or said.subtag.partition("_")[0]


def _window(tracking: Tracking) -> Window:
    said = tracking.courier_estimated_delivery_date or Estimate()
    latest = said.estimated_delivery_date_max or said.estimated_delivery_date or tracking.expected_delivery
    return Window(said.estimated_delivery_date_min, latest)
