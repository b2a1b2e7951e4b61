"""Carriers: a folder of kinds that only translate.

A carrier turns its own messages into `TrackingIn`, and knows what its numbers look like and where a shopper can follow
them. It reads no clock, opens no database and writes nothing: `actions` does, so that a carrier is tested with a
recorded message and `==`. Dropping one module into this folder adds a carrier everywhere (docs/howto/carrier.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar, runtime_checkable

from django import forms
from django.conf import settings

from aftercare.commerce.shipments import numbers
from aftercare.commerce.shipments.policy import carrier_key, normal_number
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.commerce.shipments.vocabulary import NamedBy
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.registry import Registry

Config = Mapping[str, Any]


class Carrier:
    """One carrier. Subclass it in a module of this folder and `@register` it.

    `ConfigForm` asks for what the store must tell us (secrets, settings): it is the console page, the check of the API
    and the shape of what is kept, all at once; None where there is nothing to tell. `where` says where at the carrier the
    keys are found, or our address is entered.
    """

    key: ClassVar[str]
    label: ClassVar[Any]
    ConfigForm: ClassVar[type[forms.Form] | None] = None
    is_for_demo: ClassVar[bool] = False
    where: ClassVar[Any] = ""

    def recognises(self, number: str) -> float:
        """How surely a tracking number (in normal form) is this carrier's, from 0 to 1."""
        del number
        return 0.0

    def tracking_url(self, number: str) -> str:
        """Where a shopper follows the parcel at the carrier; empty where there is no such page."""
        del number
        return ""

    def parse_webhook(
        self, *, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], config: Config, zone: tzinfo,
        now: datetime,
    ) -> list[TrackingIn]:  # fmt: skip
        """Translate a message the carrier pushed; header names are in lower case, `query` is that of the address.

        A time without a zone is read in the zone of the scan's place, or in the store's `zone`, and marked
        `zone_known=False`. Raises NotSigned for a message that is not the carrier's, Unreadable for one that is not
        understood, and never anything else.
        """
        raise NotImplementedError


@dataclass(slots=True)
class Fetched:
    """What came of asking: updates and, for numbers of which nothing is told, sentences; both by the number asked.

    `trouble` is what ended the asking early, `wait` how long the carrier wants to be left alone; what stands in neither
    mapping has then not been asked about.
    """

    updates: dict[str, TrackingIn] = field(default_factory=dict)
    quiet: dict[str, str] = field(default_factory=dict)
    trouble: Refusal | None = None
    wait: timedelta | None = None


@runtime_checkable
class Fetches(Protocol):
    """A carrier that is asked, because it does not push or to make sure.

    `serves` are the carriers (as parcels have them) of whose parcels it knows, `at_once` how many numbers it takes.
    """

    serves: ClassVar[tuple[str, ...]]
    at_once: ClassVar[int]

    def per_hour(self, config: Config) -> int:
        """How many numbers may be asked about in an hour."""
        ...

    def fetch(self, *, numbers: Sequence[str], config: Config, zone: tzinfo, now: datetime) -> Fetched:
        """What the carrier knows of these numbers; raises Refusal, and nothing else, where it cannot be asked."""
        ...


registry: Registry[Carrier] = Registry(__name__)
CarrierClass = TypeVar("CarrierClass", bound=type[Carrier])


def register(carrier_class: CarrierClass) -> CarrierClass:
    """Class decorator that adds a carrier."""
    registry.register(carrier_class.key, carrier_class())
    return carrier_class


class Naming(NamedTuple):
    """What a parcel says about who carries it."""

    carrier: str
    carrier_name: str
    tracking_number: str
    tracking_url: str
    named_by: str = NamedBy.SOURCE.value


def naming(*, carrier: str, carrier_name: str, tracking_number: str, tracking_url: str) -> Naming:
    """Normal forms of what a shop wrote, completed by what the carrier of that key (or number) knows."""
    number = normal_number(tracking_number)
    said = carrier_key(carrier)
    key = said or guess(number)
    known = find(key)
    # A connection may be called after one of a carrier's several interfaces; a parcel is not.
    label = numbers.name_of(key) or (str(known.label) if known else carrier)
    page = known.tracking_url(number) if known else numbers.tracking_page(key, number)
    return Naming(
        carrier=key,
        carrier_name=carrier_name or label,
        tracking_number=number,
        tracking_url=tracking_url or (page if number else ""),
        named_by=(NamedBy.SOURCE if said or not key else NamedBy.NUMBER).value,
    )


def offered() -> list[Carrier]:
    """Those a store may choose from."""
    return [one for one in registry if settings.DEMO or not one.is_for_demo]


def find(key: str) -> Carrier | None:
    """The carrier of this key, if it is one of ours."""
    return registry[key] if key in registry else None  # noqa: SIM401 -- a registry has no get


@lru_cache(maxsize=4096)
def guess(number: str) -> str:
    """The key of the one carrier that surely issues such numbers; empty where none or more than one does."""
    sure = {carrier.key for carrier in registry if number and carrier.recognises(number) >= numbers.SURE}
    surest = numbers.surest(number)
    sure |= {surest.carrier} if surest else set()
    return sure.pop() if len(sure) == 1 else ""
