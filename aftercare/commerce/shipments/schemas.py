"""What parcels and scans look like at every door."""

from typing import Annotated

from pydantic import AfterValidator, Field

from aftercare.commerce.customers.schemas import AddressIn
from aftercare.commerce.orders.schemas import FulfilmentLineIn
from aftercare.commerce.shipments.vocabulary import Reason, StatusWord
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Text


def _canonical(reason: str) -> str:
    if reason and reason not in _REASONS:
        message = f"'{reason}' is no canonical reason, such as {Reason.CONSIGNEE_NOT_HOME.value}"
        raise ValueError(message)
    return reason


def _web_address(url: str) -> str:
    if url and not url.lower().startswith(("https://", "http://")):
        message = "is no web address; it begins with https://"
        raise ValueError(message)
    return url


_REASONS = frozenset(Reason)
ReasonWord = Annotated[Text, AfterValidator(_canonical)]
Name = Annotated[Text, Field(max_length=120)]
WebAddress = Annotated[Text, Field(max_length=500), AfterValidator(_web_address)]


class ScanIn(Incoming):
    """One thing a carrier said. `status` and `reason` are canonical; `code` and `text` are the carrier's own."""

    at: Moment
    status: StatusWord
    reason: ReasonWord = ""
    code: Annotated[Text, Field(max_length=60)] = ""
    text: Annotated[Text, Field(max_length=300)] = ""
    place: Annotated[Text, Field(max_length=120)] = ""
    zone_known: bool = True


class ShipmentIn(Incoming):
    """A parcel of an order. `order` and `fulfilment` are ids at the same source.

    Without `fulfilment` and `lines`, the order's parcels together carry whatever no other fulfilment does.
    """

    id: Key
    order: Key
    fulfilment: Key | None = None
    lines: Annotated[tuple[FulfilmentLineIn, ...], Field(max_length=5000)] = ()
    carrier: Annotated[Text, Field(max_length=40)] = ""
    carrier_name: Annotated[Text, Field(max_length=80)] = ""
    service: Annotated[Text, Field(max_length=80)] = ""
    tracking_number: Annotated[Text, Field(max_length=80)] = ""
    tracking_url: WebAddress = ""
    created_at: Moment | None = None
    expected_from: Moment | None = None
    expected_by: Moment | None = None
    origin: AddressIn | None = None
    weight_g: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    scans: Annotated[tuple[ScanIn, ...], Field(max_length=1000)] = ()


class TrackingIn(Incoming):
    """Scans of a parcel already known, found by its id at the source or by its tracking number.

    `carrier` narrows to its parcels; `carried_by`, as an aggregator names it, only decides between several of one number.
    """

    shipment: Key | None = None
    tracking_number: Annotated[Text, Field(max_length=80)] = ""
    carrier: Annotated[Text, Field(max_length=40)] = ""
    carried_by: Annotated[Text, Field(max_length=40)] = ""
    expected_from: Moment | None = None
    expected_by: Moment | None = None
    signed_by: Name = ""
    proof_url: WebAddress = ""
    scans: Annotated[tuple[ScanIn, ...], Field(min_length=1, max_length=1000)]
