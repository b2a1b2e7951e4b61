"""What segments refuse."""

from aftercare.foundation.kit.errors import Invalid, Refusal


class UnusableDefinition(Invalid):
    """The definition has no meaning; `field` is the path of the part at fault."""

    code = "unusable_definition"


class RingOfSegments(Invalid):
    """Who is in it would depend on who is in it."""

    code = "ring_of_segments"


class SegmentInUse(Refusal):
    """Others refer to it."""

    code = "segment_in_use"


class NotAList(Refusal):
    """Who is in it is decided by rules."""

    code = "not_a_list"


class UnreadableList(Invalid):
    """The file is no list of customers."""

    code = "unreadable_list"
