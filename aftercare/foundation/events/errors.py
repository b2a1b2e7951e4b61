"""Why a parked event is not touched."""

from aftercare.foundation.kit.errors import Refusal


class AlreadySettled(Refusal):
    """Someone else replayed or dropped it a moment ago."""

    code = "already_settled"

    def __init__(self) -> None:
        super().__init__("This event has been replayed or dropped already.", remedy="Reload the page to see by whom.")


class StillFailing(Refusal):
    """Replaying ended in the same or another error; the event stays parked."""

    code = "still_failing"

    def __init__(self, error: str) -> None:
        super().__init__(f"It failed again: {error}", remedy="Mend the cause, then replay.")
