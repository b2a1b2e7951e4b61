"""Why a file, or a mapping, cannot be used as a whole. What is wrong with single rows is a `Problem`, not an error."""

from aftercare.foundation.kit.errors import Invalid, Refusal


class UnreadableFile(Invalid):
    """The file as such cannot be read, or cannot be read any further."""

    code = "unreadable_file"


class BadMapping(Invalid):
    """The mapping does not fit: `field` is the place in it, such as `orders.fields.total`."""

    code = "bad_mapping"


class RejectsInTheWay(Refusal):
    """The file for the rejects exists already or cannot be written."""

    code = "rejects_in_the_way"


class DatabaseLost(Refusal):
    """The database went away and did not come back in time."""

    code = "database_lost"
    status = 503
