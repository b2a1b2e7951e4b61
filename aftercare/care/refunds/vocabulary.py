"""The words of refunds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RefundState(models.TextChoices):
    """Where a refund is."""

    ASKED = "asked", _("To be confirmed")
    DUE = "due", _("On its way")
    BY_HAND = "by_hand", _("To be made by hand")
    MADE = "made", _("Made")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Dropped")


# Nothing more comes of these.
ENDED = frozenset({RefundState.MADE, RefundState.DROPPED})
# A person has to do something about these.
NEEDS_SOMEBODY = frozenset({RefundState.ASKED, RefundState.BY_HAND, RefundState.FAILED})
MANUAL = "manual"
