"""What the log says happened."""

from typing import Any

from aftercare.foundation.events.models import EventRow


def happened(*prefixes: str) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of the events of the open store whose type begins so, as recorded."""
    events = EventRow.objects.order_by("seq")
    return [(event.type, event.data) for event in events if event.type.startswith(prefixes or ("",))]


def types(*prefixes: str) -> list[str]:
    """Their types alone."""
    return [kind for kind, _ in happened(*prefixes)]
