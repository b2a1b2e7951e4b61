"""The words of a decision: legal classes, verdicts, reasons, and why an address is suppressed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class LegalClass(StrEnum):
    """What a message is before the law. It decides consent, quiet hours and caps, and comes from the message type."""

    TRANSACTIONAL = "transactional"
    SERVICE = "service"
    MARKETING = "marketing"


class Verdict(StrEnum):
    """The three answers."""

    SEND = "send"
    DEFER = "defer"
    DROP = "drop"


class Reason(models.TextChoices):
    """Why. Shown to staff as it stands here."""

    GOOD_MOMENT = "good_moment", _("Now is a good moment")
    HELD = "held", _("Something is open that should be settled first")
    QUIET_HOURS = "quiet_hours", _("It is no time to write where the customer is")
    BEST_HOUR = "best_hour", _("The customer reads at another hour")
    OVER_BUDGET = "over_budget", _("The customer has heard enough from us for now")
    MERGED = "merged", _("It went out in a digest")
    NO_ADDRESS = "no_address", _("We have no address for this channel")
    NOBODY = "nobody", _("We know no customer at this address, so it gets only what is owed")
    SUPPRESSED = "suppressed", _("The address bounced, complained or was blocked")
    NO_CONSENT = "no_consent", _("The customer has not agreed to this kind of message")
    OPTED_OUT = "opted_out", _("The customer has opted out of this kind of message")
    CONTROL_GROUP = "control_group", _("The customer is in the control group, which gets only what is owed")
    EXPIRED = "expired", _("It had waited so long that it was no longer useful")
    OUT_OF_DATE = "out_of_date", _("What it was to say was no longer true")
    NO_TEMPLATE = "no_template", _("There is no template for it")
    UNRENDERABLE = "unrenderable", _("Its template fails on these data")
    REFUSED = "refused", _("The receiving server refused it")
    UNREACHABLE = "unreachable", _("The receiving server could not be reached")


class SuppressionCause(models.TextChoices):
    """Why nothing, or not everything, may be sent to an address."""

    BOUNCE = "bounce", _("Does not exist")
    SOFT = "soft", _("Keeps bouncing")
    COMPLAINT = "complaint", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    STAFF = "staff", _("Blocked by staff")
    STOPPED = "stopped", _("Asked us to stop")


# What is owed goes on after a complaint: law wants a contract confirmed on a durable medium (2011/83/EU art. 8(7)), and
# whoever pressed "spam" still waits for their parcel. A provider may stop even that, and then says so for each message.
_STILL_SENT = {
    SuppressionCause.COMPLAINT: frozenset({LegalClass.TRANSACTIONAL}),
    SuppressionCause.UNSUBSCRIBED: frozenset({LegalClass.TRANSACTIONAL, LegalClass.SERVICE}),
}


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One reason why an address is suppressed; `until` None for good."""

    cause: SuppressionCause
    since: datetime
    until: datetime | None = None
    detail: str = ""

    def stops(self, legal_class: LegalClass, now: datetime) -> bool:
        """Whether a message of this class may not be sent now."""
        is_over = self.until is not None and self.until <= now
        return not is_over and legal_class not in _STILL_SENT.get(self.cause, frozenset())

    @property
    def sentence(self) -> str:
        """As staff read it beside the reason."""
        since = f"{self.cause.label}, {self.since:%Y-%m-%d}"
        return f"{since}: {self.detail}" if self.detail else since
