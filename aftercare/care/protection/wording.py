"""What shoppers read about claims: how far one is, what is done, from when something can be claimed, and why not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aftercare.care.protection.models import Claim
from aftercare.care.protection.policy.windows import Step, Why, Window
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Remedy
from aftercare.foundation.kit.money import Money
from aftercare.foundation.web.templatetags.locale import reading_locale
from aftercare.foundation.web.templatetags.moments import spoken_day

_KINDS: dict[str, Any] = {
    ClaimKind.LOST: gettext_lazy("It never arrived"),
    ClaimKind.STOLEN: gettext_lazy("It is marked as delivered, but it is not there"),
    ClaimKind.DAMAGED: gettext_lazy("It arrived damaged"),
}
_STATES: dict[str, Any] = {
    ClaimState.OPEN: gettext_lazy("We have your claim and are looking into it"),
    ClaimState.WITH_CARRIER: gettext_lazy("The carrier is looking into your claim"),
    ClaimState.APPROVED: gettext_lazy("Your claim is approved"),
    ClaimState.DENIED: gettext_lazy("Your claim is not approved"),
    ClaimState.SETTLED: gettext_lazy("Your claim is settled"),
    ClaimState.WITHDRAWN: gettext_lazy("You have withdrawn your claim"),
}
_DOING: dict[str, Any] = {
    ClaimState.OPEN: gettext_lazy("We usually write within two working days. You need not do anything."),
    ClaimState.WITH_CARRIER: gettext_lazy("Carriers take up to two weeks to answer. We write as soon as they do."),
    ClaimState.WITHDRAWN: gettext_lazy("Nothing more happens with it."),
}
_REMEDIES: dict[str, Any] = {
    Remedy.RESHIP: gettext_lazy("We send it to you again, at no cost."),
    Remedy.REFUND: gettext_lazy("We pay back %(amount)s the way you paid."),
    Remedy.CREDIT: gettext_lazy("You get %(amount)s as credit for your next order."),
}
REFUSALS: dict[str, Any] = {
    Why.NOT_HANDED_OVER: gettext_lazy("The carrier does not have the parcel yet."),
    Why.ALREADY_DELIVERED: gettext_lazy("The carrier says it was delivered."),
    Why.NOT_DELIVERED: gettext_lazy("The parcel has not been delivered yet."),
    Why.CALLED_OFF: gettext_lazy("The parcel was called off."),
    Why.NOT_COVERED: gettext_lazy("This is not covered for this parcel."),
    "return_to_sender": gettext_lazy("The parcel is on its way back to us. We settle that without a claim."),
    "bad_address": gettext_lazy("The address was not right. We settle that without a claim."),
    "refused": gettext_lazy("The parcel was not accepted. We settle that without a claim."),
}


def kind_in_words(kind: str) -> str:
    """What became of the parcel, as its recipient says it."""
    return str(_KINDS[kind])


def state_in_words(state: str) -> str:
    """How far a claim is, to whoever waits for it."""
    return str(_STATES[state])


def doing_in_words(claim: Claim, *, shows_money: bool = True) -> str:
    """What happens next; a gift's recipient does not learn what it cost."""
    if claim.state in (ClaimState.APPROVED, ClaimState.SETTLED) and claim.remedy:
        return remedy_in_words(claim) if shows_money or not claim.amount else ""
    return str(_DOING.get(claim.state, ""))


def remedy_in_words(claim: Claim) -> str:
    """What is done for the customer."""
    amount = Money(claim.amount, claim.order.currency).format(reading_locale())
    return str(_REMEDIES[claim.remedy]) % {"amount": amount}


def refusal_in_words(window: Window, *, now: datetime, zone: ZoneInfo | None = None) -> str:
    """Why a parcel cannot be claimed as this, or when it can; in the reader's zone unless another is given."""
    if window.opens is not None and window.is_ahead(now):
        return _("You can claim from %(day)s.") % {"day": day_in_words(window.opens, now=now, zone=zone)}
    if window.closes is not None:
        return _("The time to claim this has passed.")
    step = window.trace[0]
    return str(REFUSALS[step.word or step.why])


def trace_as_kept(trace: Sequence[Step]) -> list[list[Any]]:
    """A trace as JSON."""
    return [[step.why.value, step.number, step.at.isoformat() if step.at else None, step.word] for step in trace]


def trace_as_read(kept: Sequence[Sequence[Any]]) -> list[Step]:
    """What `trace_as_kept` made."""
    return [Step(Why(why), number, datetime.fromisoformat(at) if at else None, word) for why, number, at, word in kept]


def day_in_words(at: datetime, *, now: datetime, zone: ZoneInfo | None = None) -> str:
    """A day as people say it, in the reader's zone."""
    local = timezone.localtime(at, zone)
    return spoken_day(local.date(), today=timezone.localtime(now, zone).date())
