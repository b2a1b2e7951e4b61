"""Taking in what carriers say of parcels already known."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from aftercare.commerce.shipments.actions.batch import Batch, open_batch, parcels_by_external_id, parcels_by_number
from aftercare.commerce.shipments.actions.parcel import Parcel, check_not_ahead
from aftercare.commerce.shipments.actions.progress import tell, update_states, weigh, write_scans
from aftercare.commerce.shipments.actions.results import Recorded
from aftercare.commerce.shipments.errors import UnknownParcel
from aftercare.commerce.shipments.policy import akin, carrier_key, normal_number
from aftercare.commerce.shipments.schemas import TrackingIn
from aftercare.commerce.shipments.vocabulary import NamedBy
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Outcome


class _Addressed(NamedTuple):
    position: int
    update: TrackingIn
    parcel: Parcel
    corrects: bool


@transaction.atomic
def record_scans(*, store_id: int, source: str, updates: Sequence[TrackingIn], now: datetime) -> Recorded:
    """Add scans to parcels, in one set of statements however many there are.

    The same update again, or an older one late, leaves the parcel as it is: its state follows from the set of its scans
    (see `policy.fold`). What names no known parcel is refused by position; the rest is recorded.
    """
    batch = open_batch(store_id=store_id, source=source, now=now)
    result = Recorded.of(len(updates))
    addressed = _address(updates, batch, result)
    parcels = list({item.parcel.id: item.parcel for item in addressed}.values())
    weigh(parcels, batch)
    result.scans = write_scans(parcels, batch)
    corrected = {item.parcel.id for item in addressed if item.corrects}
    update_states(parcel for parcel in parcels if parcel.fresh or parcel.id in corrected)
    tell(parcels, batch)
    _settle(addressed, result)
    return result


class _KnownParcels:
    """The parcels a batch of updates may mean, found in two queries."""

    def __init__(self, updates: Sequence[TrackingIn], batch: Batch) -> None:
        ids = [update.shipment for update in updates if update.shipment]
        numbers = [normal_number(update.tracking_number) for update in updates if update.tracking_number]
        self._by_id = parcels_by_external_id(batch, ids)
        self._by_number = parcels_by_number(batch, numbers)
        # A parcel named in both ways is still one parcel.
        self._parcels = {known.parcel.id: known.parcel for known in self._by_id.values()}

    def addressed_by(self, update: TrackingIn) -> Parcel:
        """The parcel an update is about; raises UnknownParcel."""
        if update.shipment in self._by_id:
            return self._by_id[update.shipment].parcel
        carrier = carrier_key(update.carrier)
        numbered = self._by_number.get(normal_number(update.tracking_number), [])
        fitting = [one for one in reversed(numbered) if not carrier or _may_carry(carrier, one)]
        if not fitting:
            raise _unknown(update)
        parcel = fitting[0]
        if len(fitting) > 1:
            parcel = next((one for one in fitting if akin(one.naming.carrier, update.carried_by)), parcel)
        return self._parcels.setdefault(parcel.id, parcel)


def _may_carry(carrier: str, parcel: Parcel) -> bool:
    """Whether a parcel may be this carrier's; what we only guessed rules nobody out."""
    return parcel.naming.carrier in {"", carrier} or parcel.naming.named_by == NamedBy.NUMBER


def _address(updates: Sequence[TrackingIn], batch: Batch, result: Recorded) -> list[_Addressed]:
    """Give each update's scans to its parcel; note those that cannot be given."""
    known = _KnownParcels(updates, batch)
    addressed = []
    for index, update in enumerate(updates):
        try:
            check_not_ahead(update.scans, now=batch.now)
            parcel = known.addressed_by(update)
        except Refusal as refusal:
            result.refuse(index, refusal)
            continue
        parcel.arriving.extend(update.scans)
        corrects = parcel.expect(
            since=update.expected_from, by=update.expected_by, signed_by=update.signed_by,
            proof_url=update.proof_url,
        )  # fmt: skip
        addressed.append(_Addressed(index, update, parcel, corrects))
    return addressed


def _unknown(update: TrackingIn) -> UnknownParcel:
    if update.tracking_number:
        by_carrier = f" of {update.carrier}" if update.carrier else ""
        return UnknownParcel(
            f"No parcel here has the tracking number '{update.tracking_number}'{by_carrier}.",
            field="tracking_number",
            remedy="Send the shipment first, or correct the number or the carrier.",
        )
    if update.shipment:
        return UnknownParcel(
            f"There is no shipment '{update.shipment}' from this source.",
            field="shipment",
            remedy="Send the shipment first, or give its tracking number.",
        )
    return UnknownParcel(
        "The update names no parcel.", field="tracking_number", remedy="Give shipment or tracking_number."
    )


def _settle(addressed: Sequence[_Addressed], result: Recorded) -> None:
    fresh = {id(scan) for item in addressed for scan in item.parcel.fresh.values()}
    for position, update, parcel, corrects in addressed:
        told = corrects or any(id(scan) in fresh for scan in update.scans)
        result.settle(position, Outcome.CHANGED if told else Outcome.UNCHANGED, parcel.id)
