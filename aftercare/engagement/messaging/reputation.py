"""What is to be made of what came back: pure decisions about bounces, and when an address has bounced often enough.

A hard bounce says that the address takes no mail: it is suppressed at once. A soft one says "not now": five in a row,
over two days or more and with no delivery in between, suppress the address for 30 days; what is older than 14 days is
forgotten. Two days, because one evening's outage bounces everything that is sent that evening.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

SOFT_BOUNCES = 5
SOFT_SPREAD = timedelta(days=2)
SOFT_WINDOW = timedelta(days=14)
SOFT_FOR = timedelta(days=30)
_KEPT = 50  # nobody is written to more often within the window
_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<![\d.])([45])\d\d(?![\d.])")
# Of RFC 3463's permanent codes, those that speak of the address: 5.1 addressing, 5.2.1 disabled, 5.4.4 no such host.
_ABOUT_THE_ADDRESS = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1|4\.4)")


class NewsKind(models.TextChoices):
    """What can be heard of a message after it was handed over."""

    DELIVERED = "delivered", _("Delivered")
    DEFERRED = "deferred", _("Delayed on the way")
    BOUNCED = "bounced", _("Bounced")
    REJECTED = "rejected", _("Refused by the provider")
    COMPLAINED = "complained", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")
    OPENED = "opened", _("Opened")
    CLICKED = "clicked", _("Link followed")


class Severity(StrEnum):
    """How much a bounce says about the address."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Health:
    """How an address has taken mail lately: its soft bounces since the last delivery, earliest first."""

    soft: tuple[datetime, ...] = ()
    delivered_at: datetime | None = None


def severity_of(*, provider_says: Severity | None, reject_reason: str, answer: str) -> Severity:
    """`provider_says` decides where the provider tells; else the status codes in `answer`; else the reason.

    A refusal that speaks of the mail or its sender (5.7, a full mailbox) is soft: the address may be as good as ever.
    """
    if provider_says is not None:
        return provider_says
    if reject_reason == "invalid":
        return Severity.HARD
    if enhanced := _ENHANCED.search(answer):
        return Severity.HARD if _ABOUT_THE_ADDRESS.fullmatch(enhanced[0]) else Severity.SOFT
    if reply := _REPLY.search(answer):
        return Severity.HARD if reply[1] == "5" and reject_reason == "bounced" else Severity.SOFT
    return Severity.HARD if reject_reason == "bounced" else Severity.SOFT


def health_after(
    *, health: Health, delivered: Iterable[datetime] = (), soft: Iterable[datetime] = ()
) -> Health:  # fmt: skip
    """The health with more heard; in whatever order it is heard, the result is the same."""
    moments = [*delivered, *([health.delivered_at] if health.delivered_at else [])]
    last = max(moments, default=None)
    since = sorted({at for at in (*health.soft, *soft) if last is None or at > last})
    recent = [at for at in since if at > since[-1] - SOFT_WINDOW]
    return Health(tuple(recent[-_KEPT:]), last)


def suppressed_until(*, health: Health) -> datetime | None:
    """Until when an address of this health is to be left alone; None where it may be written to."""
    if len(health.soft) < SOFT_BOUNCES or health.soft[-1] - health.soft[0] < SOFT_SPREAD:
        return None
    return health.soft[-1] + SOFT_FOR
