"""What is refused about parcels and scans, and how to put it right."""

from aftercare.foundation.kit.errors import Invalid, NotFound, Unauthenticated


class UnknownOrder(NotFound):
    """A parcel of an order nobody has sent us."""

    code = "unknown_order"


class UnknownParcel(NotFound):
    """Scans of a parcel nobody has sent us."""

    code = "unknown_parcel"


class OtherOrder(Invalid):
    """A parcel known under one order is now said to belong to another."""

    code = "parcel_of_another_order"


class ScanAhead(Invalid):
    """A scan that is said to have happened in the future."""

    code = "scan_in_the_future"


class NotSigned(Unauthenticated):
    """A carrier's message whose signature is missing, stale or wrong."""

    code = "webhook_not_signed"


class Unreadable(Invalid):
    """A carrier's message that is genuine, and not what that carrier sends."""

    code = "webhook_unreadable"


class NotConnected(NotFound):
    """A carrier the store has not connected."""

    code = "carrier_not_connected"
