"""Why a visit is not changed."""

from datetime import datetime

from aftercare.foundation.kit.errors import Invalid, Refusal


class IsOver(Refusal):
    """What is done, or was called off, has no other date."""

    code = "visit_is_over"
    status = 409

    def __init__(self) -> None:
        super().__init__("This visit is over.", remedy="Add another fulfilment to the order for another visit.")


class EndsBeforeItStarts(Invalid):
    """The end is no later than the beginning."""

    code = "ends_before_it_starts"

    def __init__(self, *, starts: datetime) -> None:
        super().__init__(
            "A visit ends after it starts.", field="scheduled_until", remedy=f"Give a time after {starts.isoformat()}."
        )
