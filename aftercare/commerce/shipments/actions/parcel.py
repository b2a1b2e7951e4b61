"""A parcel while it is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aftercare.commerce.shipments.carriers import Naming
from aftercare.commerce.shipments.errors import ScanAhead
from aftercare.commerce.shipments.policy import UNSEEN, ParcelState, Seen
from aftercare.commerce.shipments.schemas import ScanIn
from aftercare.commerce.shipments.vocabulary import responsible_for

# A local time read in the wrong zone is at most 14 hours off; what lies further ahead is a forecast, not a scan.
_AHEAD = timedelta(days=1)

STATE_COLUMNS = {
    "status": "text", "status_at": "timestamptz", "status_text": "text", "status_place": "text", "reason": "text",
    "responsible": "text", "handed_over_at": "timestamptz", "delivered_at": "timestamptz",
    "last_scan_at": "timestamptz",
}  # fmt: skip
EXPECTATION_COLUMNS = {
    "expected_from": "timestamptz", "expected_by": "timestamptz", "signed_by": "text", "proof_url": "text",
}  # fmt: skip
Expectation = tuple[datetime | None, datetime | None, str, str]


@dataclass(slots=True)
class Parcel:
    """Where it belongs, what was known of it, and the scans that have come in.

    `fresh`, `before` and `after` are filled by `progress.weigh`.
    """

    id: int
    public_id: str
    order_id: int
    order_number: str
    customer_id: int | None
    fulfilment_id: int
    naming: Naming
    created_at: datetime
    expected_from: datetime | None = None
    expected_by: datetime | None = None
    signed_by: str = ""
    proof_url: str = ""
    has_scans: bool = False
    is_new: bool = False
    is_regrouped: bool = False
    is_expected_anew: bool = False
    arriving: list[ScanIn] = field(default_factory=list)
    fresh: dict[Seen, ScanIn] = field(default_factory=dict)
    before: ParcelState = UNSEEN
    after: ParcelState = UNSEEN

    def expect(self, *, since: datetime | None, by: datetime | None, signed_by: str = "", proof_url: str = "") -> bool:
        """Take over what is said of its arrival; what is not said stays. Answers whether anything changed."""
        said = (
            since or self.expected_from, by or self.expected_by, signed_by or self.signed_by,
            proof_url or self.proof_url,
        )  # fmt: skip
        changed = said != self.expectation()
        self.is_expected_anew |= by not in {None, self.expected_by}
        self.expected_from, self.expected_by, self.signed_by, self.proof_url = said
        return changed

    def state(self) -> tuple[object, ...]:
        """Values for STATE_COLUMNS: what follows from its scans."""
        after = self.after
        return (
            after.status, after.status_at or self.created_at, after.text, after.place, after.reason,
            responsible_for(after.reason), after.handed_over_at, after.delivered_at, after.last_scan_at,
        )  # fmt: skip

    def expectation(self) -> Expectation:
        """Values for EXPECTATION_COLUMNS."""
        return self.expected_from, self.expected_by, self.signed_by, self.proof_url


def check_not_ahead(scans: Sequence[ScanIn], *, now: datetime) -> None:
    """Raises ScanAhead for a scan that lies further in the future than a mistaken zone can explain."""
    for index, scan in enumerate(scans):
        if scan.at > now + _AHEAD:
            raise ScanAhead(
                f"A scan cannot have happened at {scan.at.isoformat()}, which is still to come.",
                field=f"scans[{index}].at",
                remedy="Send the time it happened; a forecast belongs in expected_by.",
            )
