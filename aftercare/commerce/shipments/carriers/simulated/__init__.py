"""The simulated carrier: for demonstrations and tests, with all the bad habits of real ones.

It lives in four parts: `world` (its network and words, in world.toml), `life` (what happens to a parcel), `reporting`
(how it tells us) and `wire` (in which shape). What it tells arrives as a signed webhook with raw codes, like any other
carrier's.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from random import Random
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.shipments.carriers import Carrier, Config, register
from aftercare.commerce.shipments.carriers.simulated import wire
from aftercare.commerce.shipments.carriers.simulated.life import Consignment, Habits, Place, live
from aftercare.commerce.shipments.carriers.simulated.reporting import Outage, Report, held_up, reported
from aftercare.commerce.shipments.carriers.simulated.world import country
from aftercare.commerce.shipments.messages import check_signature, is_secret, sign
from aftercare.commerce.shipments.schemas import TrackingIn

_HANDED_OVER = {"DLV", "NBR", "COL"}
_SIGNATURES = ("A. Winter", "M. Sommer", "J. Berg", "S. Okafor", "L. Marchand", "C. Duarte")
_FORGOTTEN = 0.02
_NUMBER = re.compile(r"SIM(\d{9})(\d)")


class SimulatedForm(forms.Form):
    """The secret, the seed that decides every parcel's fate, and how often things go wrong."""

    secret = forms.CharField(label=_("Secret"), max_length=200)
    seed = forms.IntegerField(label=_("Seed"), initial=1)
    silent_hub = forms.CharField(label=_("Sorting centre that stands still"), max_length=80, required=False)
    silent_from = forms.CharField(
        label=_("Since"), max_length=40, required=False, help_text=_("ISO 8601, with a zone.")
    )
    silent_until = forms.CharField(label=_("Until"), max_length=40, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        for name in Habits.names():
            self.fields[name] = forms.FloatField(
                label=name.replace("_", " ").capitalize(), min_value=0, max_value=1, required=False
            )

    def clean_silent_from(self) -> str:
        return _instant_in(self.cleaned_data["silent_from"])

    def clean_silent_until(self) -> str:
        return _instant_in(self.cleaned_data["silent_until"])

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not is_secret(secret):
            raise forms.ValidationError(_("A secret is base64, such as whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw."))
        return secret


@register
class Simulated(Carrier):
    """A carrier that exists in this program only."""

    key: ClassVar = "simulated"
    label: ClassVar = _("Simulated carrier")
    ConfigForm: ClassVar = SimulatedForm
    is_for_demo: ClassVar = True

    def recognises(self, number: str) -> float:
        digits = _NUMBER.fullmatch(number)
        return 1.0 if digits and _check_digit(digits[1]) == digits[2] else 0.0

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        del query
        check_signature(body=body, headers=headers, secret=config["secret"], now=now)
        return wire.read(body, carrier=self.key, zone=zone)


def new_number(serial: int) -> str:
    """The tracking number of this serial (up to nine digits), with its check digit."""
    digits = f"{serial:09d}"
    return f"SIM{digits}{_check_digit(digits)}"


def consignment_of(
    *, number: str, origin: Mapping[str, str], destination: Mapping[str, str], announced_at: datetime, service: str
) -> Consignment:
    """What the carrier is told of a parcel; the addresses as parcels and orders keep them."""
    return Consignment(
        number=number,
        origin=Place(origin.get("city", ""), origin.get("country", "")),
        destination=Place(destination.get("city", ""), destination.get("country", "")),
        announced_at=announced_at,
        service=service,
    )


def scans_due(consignment: Consignment, *, since: datetime | None, until: datetime, config: Config) -> list[Report]:
    """What the carrier reports of a parcel after `since` (None: ever) and not after `until`."""
    script = _script(consignment, _habits(config), config["seed"])
    outage = _outage(config)
    script = tuple(held_up(script, outage)) if outage else script
    return [report for report in script if report.arrives_at <= until and (since is None or report.arrives_at > since)]


def push(
    due: Sequence[tuple[Consignment, Sequence[Report]]], *, config: Config, now: datetime
) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of the webhook that brings these reports."""
    body = wire.written(_told(consignment, reports) for consignment, reports in due)
    headers = sign(body=body, secret=config["secret"], message_id=f"sim_{now.timestamp():.0f}", now=now)
    return body, headers


def history(consignment: Consignment, *, until: datetime, config: Config, zone: tzinfo) -> TrackingIn | None:
    """All that had been reported of a parcel by `until`, as it would have come in; None if nothing had."""
    reports = scans_due(consignment, since=None, until=until, config=config)
    if not reports:
        return None
    body = wire.written([_told(consignment, reports)])
    return wire.read(body, carrier=Simulated.key, zone=zone)[0]


def _told(consignment: Consignment, reports: Sequence[Report]) -> wire.Group:
    language = country(consignment.destination.country).language
    return wire.Group(consignment.number, language, reports, _signature(consignment, reports))


def _signature(consignment: Consignment, reports: Sequence[Report]) -> str:
    """Whoever took the parcel signs, where that was booked; now and then the driver forgets to ask."""
    chance = Random(f"signature for {consignment.number}")  # noqa: S311 -- a story, not a secret
    is_asked = "signature" in consignment.service.lower() and chance.random() >= _FORGOTTEN
    is_taken = any(report.code in _HANDED_OVER for report in reports)
    return chance.choice(_SIGNATURES) if is_asked and is_taken else ""


def _instant_in(text: str) -> str:
    """Raises ValidationError unless it is empty, or an instant with its zone."""
    try:
        is_known = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        is_known = False
    if not is_known:
        raise forms.ValidationError(_("Write an instant with its zone, such as 2026-11-22T08:00:00+00:00."))
    return text


def _outage(config: Config) -> Outage | None:
    said = [config.get(name) for name in ("silent_hub", "silent_from", "silent_until")]
    if not all(said):
        return None
    hub, since, until = map(str, said)
    return Outage(hub, datetime.fromisoformat(since), datetime.fromisoformat(until))


def _habits(config: Config) -> Habits:
    said = {name: config[name] for name in Habits.names() if config.get(name) is not None}
    return Habits(**said)


@lru_cache(maxsize=4096)
def _script(consignment: Consignment, habits: Habits, seed: int) -> tuple[Report, ...]:
    # Chance, not secrecy; and a string seeds the same sequence in every process and on every machine.
    fate = Random(f"{seed}/{consignment.number}")  # noqa: S311
    mood = Random(f"{seed}/{consignment.number}/reporting")  # noqa: S311
    return tuple(reported(live(consignment, habits=habits, chance=fate), habits=habits, chance=mood))


def _check_digit(digits: str) -> str:
    # Luhn: catches every single mistyped digit.
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(divmod(number, 10)[0] + number % 10 for number in doubled) % 10)
