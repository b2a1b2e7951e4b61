"""What is refused here: files and mappings as a whole, connections, and what shops send.

What is wrong with single rows of a file is a `Problem`, not an error.
"""

from aftercare.foundation.kit.errors import Invalid, NotFound, Refusal, Unauthenticated


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


class NotSigned(Unauthenticated):
    """A shop's message whose signature is missing or wrong."""

    code = "webhook_not_signed"


class Stale(Unauthenticated):
    """A shop's message that was signed too long ago, or ahead of time."""

    code = "webhook_stale"


class NotJson(Refusal):
    """A genuine message whose body cannot be read at all."""

    code = "webhook_not_json"
    status = 400


class Untranslatable(Invalid):
    """A genuine message that does not say what its platform documents; `field` is the place in it."""

    code = "untranslatable"


class NotConnected(NotFound):
    """There is no such connection, or it takes nothing any more."""

    code = "shop_not_connected"


class SettingsLocked(Refusal):
    """Settings of a connection that were sealed under another SECRET_KEY."""

    code = "connection_settings_locked"


class SourceTaken(Invalid):
    """Two connections of a store cannot share a source: their ids would mix."""

    code = "source_taken"


class AlreadyWorkedOff(Refusal):
    """A delivery that is done can be neither dropped nor replayed."""

    code = "delivery_done"


class NoAccess(Invalid):
    """The store has not told us what fetching from the shop takes, or the platform cannot be asked."""

    code = "no_access"
