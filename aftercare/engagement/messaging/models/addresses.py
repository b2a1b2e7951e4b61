"""What is known of addresses: which are suppressed, and how they have taken mail lately."""

from django.db import models

from aftercare.engagement.messaging.policy import SuppressionCause
from aftercare.foundation.stores.owned import StoreOwned


class Suppression(StoreOwned):
    """A reason to send nothing, or only what is owed, to an address. One row for each cause."""

    Cause = SuppressionCause

    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    cause = models.CharField(max_length=12, choices=SuppressionCause.choices)
    detail = models.CharField(max_length=300, blank=True)
    added_at = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="Ends by itself then.")

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "channel", "address", "cause"], name="suppression_once_per_cause")
        ]

    @property
    def is_for_all(self) -> bool:
        """Whether even what is owed is not sent."""
        return self.cause in set(SuppressionCause) - {SuppressionCause.COMPLAINT, SuppressionCause.UNSUBSCRIBED}


class AddressHealth(StoreOwned):
    """The soft bounces of an address since the last delivery to it: a row only for those that have had one."""

    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    soft = models.JSONField(default=list, help_text="When it bounced, earliest first, in ISO 8601.")
    delivered_at = models.DateTimeField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "channel", "address"], name="health_once")]
