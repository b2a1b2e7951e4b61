"""The words of ownership that are kept in rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sign(models.TextChoices):
    """What first use is concluded from."""

    UNKNOWN = "", _("Not known")
    REPORTED = "reported", _("Usage reported")
    CHECKLIST = "checklist", _("Checklist begun")
    GUIDE = "guide", _("Guide opened")


class Unit(models.TextChoices):
    """What a schedule counts."""

    DAYS = "days", _("days")
    MONTHS = "months", _("months")
    USES = "uses", _("uses")
