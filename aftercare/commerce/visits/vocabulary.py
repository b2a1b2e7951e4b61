"""How long before a visit somebody is told of it."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Notice(models.TextChoices):
    """The time that is left when it is given."""

    DAY = "day", _("A day before")
    HOURS = "hours", _("Two hours before")


AHEAD = {Notice.DAY: timedelta(days=1), Notice.HOURS: timedelta(hours=2)}
# Statuses of a visit that is still to come.
TO_COME = ("open", "packed", "ready")
