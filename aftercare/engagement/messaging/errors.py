"""What messaging refuses."""

from aftercare.foundation.kit.errors import Forbidden, Invalid, NotFound, Refusal


class NotGenuine(Forbidden):
    """A webhook's call does not show that the provider made it."""

    code = "not_genuine"


class WebhookNotSetUp(Forbidden):
    """A webhook's calls cannot be checked yet."""

    code = "webhook_not_set_up"


class UnreadableEvent(Invalid):
    """A genuine call holds nothing that can be read as an event."""

    code = "unreadable_event"


class NotConnected(NotFound):
    """Nobody sends mail for a store at this address."""

    code = "mail_not_connected"


class SettingsLocked(Refusal):
    """A connection's settings cannot be opened."""

    code = "settings_locked"


class NotPublishable(Invalid):
    """The draft has errors; `field` names the place of the first."""

    code = "draft_has_errors"
