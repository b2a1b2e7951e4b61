"""What is refused about endpoints, and how to put it right."""

from aftercare.foundation.kit.errors import Invalid, Refusal


class UnusableAddress(Invalid):
    """Nobody else could be called there, or anybody could listen."""

    code = "webhook_address_unusable"

    def __init__(self, why: str) -> None:
        super().__init__(why, field="url", remedy="Give a public https address.")


class UnknownEventType(Invalid):
    """No event is called so."""

    code = "unknown_event_type"

    def __init__(self, name: str, place: int) -> None:
        super().__init__(
            f"There is no event '{name}'.", field=f"types[{place}]", remedy="GET /api/v1/events/types lists them."
        )


class TooManyEndpoints(Refusal):
    """Every event is written once for every endpoint."""

    code = "too_many_endpoints"

    def __init__(self, most: int) -> None:
        super().__init__(f"A store has at most {most} endpoints.", remedy="Remove one that is no longer used.")


class NotActive(Refusal):
    """A paused endpoint is not called."""

    code = "webhook_endpoint_not_active"

    def __init__(self) -> None:
        super().__init__("This endpoint is not active.", remedy="Resume it first.")
