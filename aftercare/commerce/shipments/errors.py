"""What is refused about parcels and scans, and how to put it right."""

from aftercare.foundation.kit.errors import Invalid, NotFound, Refusal, Unauthenticated


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


class CarrierTroubled(Refusal):
    """A carrier that was asked and could not be reached, or answered with an error of its own."""

    code = "carrier_troubled"
    status = 502


class TurnedAway(Refusal):
    """A carrier that does not let us in with what the store told us."""

    code = "carrier_turned_us_away"
    status = 409


class LibraryMissing(Refusal):
    """What reads a carrier's answers is not installed."""

    code = "carrier_library_missing"
    status = 409

    @classmethod
    def of_karrio(cls) -> "LibraryMissing":
        return cls(
            "What asks this carrier is not installed here.",
            remedy="Install it with: pip install 'aftercare[carriers]', and start the workers again.",
        )


class LookedJustNow(Refusal):
    """A parcel that was asked about a moment ago."""

    code = "carrier_just_asked"
    status = 409


class NobodyToAsk(Refusal):
    """A parcel whose carrier no connection of the store can ask."""

    code = "carrier_cannot_be_asked"
    status = 409
