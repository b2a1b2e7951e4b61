"""The words of health: its states from best to worst, and why a parcel is in one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HealthState(models.TextChoices):
    """How a parcel fares."""

    ON_TIME = "on_time", _("On time")
    AT_RISK = "at_risk", _("At risk")
    LATE = "late", _("Late")
    STALLED = "stalled", _("Stalled")
    NEEDS_CUSTOMER = "needs_customer", _("Needs the customer")
    LOST_SUSPECTED = "lost_suspected", _("Lost, probably")
    DELIVERED = "delivered", _("Arrived")
    CANCELLED = "cancelled", _("Called off")


class HealthReason(models.TextChoices):
    """What a state was concluded from."""

    ON_SCHEDULE = "on_schedule", _("Nothing is out of the ordinary")
    DELAYED = "delayed", _("The carrier reports a delay")
    HELD = "held", _("The carrier holds it")
    CUSTOMS = "customs", _("Customs holds it")
    DAMAGED = "damaged", _("The carrier reports damage")
    HANDOVER_SHORT = "handover_short", _("Due soon, and not handed over yet")
    ATTEMPT_MISSED = "attempt_missed", _("The driver did not get there")
    PAST_DEADLINE = "past_deadline", _("The promised time has passed")
    NOT_HANDED_OVER = "not_handed_over", _("Announced, and never handed over")
    SILENT = "silent", _("Silent for longer than usual")
    ATTEMPT_FAILED = "attempt_failed", _("It could not be handed over")
    ADDRESS = "address", _("Something in the address is not right")
    PAPERS = "papers", _("Customs waits for the recipient")
    NOT_COLLECTED = "not_collected", _("Waits to be collected")
    RETURNING = "returning", _("Going back to the sender")
    SILENT_FOR_LONG = "silent_for_long", _("Silent for so long that it is probably lost")
    SEARCHED = "searched", _("The carrier is searching for it")
    ARRIVED = "arrived", _("It arrived")
    CALLED_OFF = "called_off", _("It was called off")


TROUBLED = (
    HealthState.AT_RISK,
    HealthState.LATE,
    HealthState.STALLED,
    HealthState.NEEDS_CUSTOMER,
    HealthState.LOST_SUSPECTED,
)
ENDED = (HealthState.DELIVERED, HealthState.CANCELLED)
