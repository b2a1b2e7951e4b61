"""How long before a visit somebody is told of it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.commerce.orders.models import Fulfilment


class Notice(models.TextChoices):
    """The time that is left when it is given."""

    DAY = "day", _("A day before")
    HOURS = "hours", _("Two hours before")


AHEAD = {Notice.DAY: timedelta(days=1), Notice.HOURS: timedelta(hours=2)}
# Statuses of a visit that is still to come, and of one that is over: one that was missed may be agreed on anew.
TO_COME = (Fulfilment.Status.OPEN, Fulfilment.Status.PACKED, Fulfilment.Status.READY)
OVER = (Fulfilment.Status.COMPLETED, Fulfilment.Status.CANCELLED)
