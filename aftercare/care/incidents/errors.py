"""What is refused about incidents."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Refusal


class AlreadyOpen(Refusal):
    """One at a time of a family, for an order and parcel."""

    code: ClassVar[str] = "incident_already_open"
    status: ClassVar[int] = 409


class AlreadyClosed(Refusal):
    """Nothing more is done about it."""

    code: ClassVar[str] = "incident_closed"
    status: ClassVar[int] = 409


class AlreadyDecided(Refusal):
    """Compensation is decided about once."""

    code: ClassVar[str] = "compensation_decided"
    status: ClassVar[int] = 409


class OverBudget(Refusal):
    """The month's budget does not hold it."""

    code: ClassVar[str] = "over_budget"
    status: ClassVar[int] = 409
