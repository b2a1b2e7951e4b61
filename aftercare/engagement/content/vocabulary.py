"""The words of content that are kept in rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OwnershipStage(models.TextChoices):
    """When in the life of what was bought a guide is of use."""

    ANY = "", _("At any time")
    BEFORE = "before", _("Before it arrives")
    AFTER = "after", _("After it arrived")
