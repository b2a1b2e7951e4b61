"""Is now a good moment? A pure decision over values: send, defer until, or drop, always with a reason."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

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
    QUIET_HOURS = "quiet_hours", _("It is night where the customer is")
    NO_ADDRESS = "no_address", _("We have no address for this channel")
    SUPPRESSED = "suppressed", _("The address bounced, complained or was blocked")
    NO_CONSENT = "no_consent", _("The customer has not agreed to this kind of message")
    OPTED_OUT = "opted_out", _("The customer has opted out of this kind of message")
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


@dataclass(frozen=True, slots=True)
class Situation:
    """All that the decision depends on. Times are UTC; quiet hours are local times of `time_zone`."""

    legal_class: LegalClass
    address: str
    suppressed: tuple[Suppressed, ...]
    consent: bool | None
    held_until: datetime | None
    held_because: str
    time_zone: str
    quiet_from: time
    quiet_until: time
    urgent: bool
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and for a deferral until when."""

    verdict: Verdict
    reason: Reason
    until: datetime | None = None
    detail: str = ""


_SEND = Decision(Verdict.SEND, Reason.GOOD_MOMENT)


def decide(*, situation: Situation, now: datetime) -> Decision:
    """The first rule that objects decides; forbidding rules come before delaying ones."""
    for rule in (_forbidden, _stale, _held, _quiet):
        decision = rule(situation, now)
        if decision is not None:
            return decision
    return _SEND


def _forbidden(situation: Situation, now: datetime) -> Decision | None:
    if not situation.address:
        return Decision(Verdict.DROP, Reason.NO_ADDRESS)
    stopping = next((one for one in situation.suppressed if one.stops(situation.legal_class, now)), None)
    if stopping is not None:
        return Decision(Verdict.DROP, Reason.SUPPRESSED, detail=stopping.sentence)
    if situation.consent is False:
        return Decision(Verdict.DROP, Reason.OPTED_OUT)
    if situation.legal_class == LegalClass.MARKETING and situation.consent is None:
        return Decision(Verdict.DROP, Reason.NO_CONSENT)
    return None


def _stale(situation: Situation, now: datetime) -> Decision | None:
    if situation.expires_at is not None and now >= situation.expires_at:
        return Decision(Verdict.DROP, Reason.EXPIRED)
    return None


def _held(situation: Situation, now: datetime) -> Decision | None:
    """Holds silence what can wait; a transactional message never does."""
    if situation.legal_class == LegalClass.TRANSACTIONAL or situation.held_until is None:
        return None
    if situation.held_until <= now:
        return None
    # It may be released before its time, so what expires earlier than that is not given up yet.
    until = min(situation.held_until, situation.expires_at or situation.held_until)
    return Decision(Verdict.DEFER, Reason.HELD, until=until, detail=situation.held_because)


def _quiet(situation: Situation, now: datetime) -> Decision | None:
    if situation.legal_class == LegalClass.TRANSACTIONAL and situation.urgent:
        return None
    until = end_of_quiet_hours(
        at=now, time_zone=situation.time_zone, quiet_from=situation.quiet_from, quiet_until=situation.quiet_until
    )
    if until is None:
        return None
    if situation.expires_at is None or until < situation.expires_at:
        return Decision(Verdict.DEFER, Reason.QUIET_HOURS, until=until)
    # What could only be sent after it has expired need not wait to be dropped.
    return None if situation.legal_class == LegalClass.TRANSACTIONAL else Decision(Verdict.DROP, Reason.EXPIRED)


def end_of_quiet_hours(*, at: datetime, time_zone: str, quiet_from: time, quiet_until: time) -> datetime | None:
    """When the quiet hours that hold at this instant end; None if it is not quiet. The span may wrap midnight."""
    if quiet_from == quiet_until:
        return None
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    wraps = quiet_from > quiet_until
    clock = local.time()
    quiet = (clock >= quiet_from or clock < quiet_until) if wraps else quiet_from <= clock < quiet_until
    if not quiet:
        return None
    day = local.date() + timedelta(days=1) if wraps and clock >= quiet_from else local.date()
    return datetime.combine(day, quiet_until, zone).astimezone(at.tzinfo)
