"""What is refused about refunds."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Invalid, Refusal


class MoreThanPaid(Invalid):
    """Together with what was given back already it would be more than was paid."""

    code: ClassVar[str] = "more_than_paid"


class OtherRefund(Refusal):
    """Something else was asked for under the same key."""

    code: ClassVar[str] = "refund_key_used"


class RefundNotThere(Refusal):
    """Somebody was quicker: it is no longer where this could be done to it."""

    code: ClassVar[str] = "refund_state"
