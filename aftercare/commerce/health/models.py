"""How parcels fare, and how long the parcels of a lane are usually silent."""

from django.db import models
from django.db.models import Q

from aftercare.commerce.health.vocabulary import HealthReason, HealthState
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


class Health(PartOfOwned):
    """A parcel's health, apart from the parcel: it changes with the clock, and its row is narrow."""

    shipment = models.OneToOneField(
        "shipments.Shipment", on_delete=models.CASCADE, primary_key=True, related_name="health"
    )
    state = models.CharField(max_length=14, choices=HealthState.choices, default=HealthState.ON_TIME)
    why = models.CharField(max_length=16, choices=HealthReason.choices, default=HealthReason.ON_SCHEDULE)
    since = models.DateTimeField(help_text="When it was found to be in this state.")
    deadline = models.DateTimeField(null=True, help_text="By when it was to arrive.")
    usual_seconds = models.IntegerField(default=0, help_text="For how long such a parcel is silent at most, usually.")
    attempted_at = models.DateTimeField(null=True, help_text="When a delivery failed of which nothing has come yet.")
    due_at = models.DateTimeField(
        null=True, help_text="When it is to be judged again; empty where time changes nothing."
    )

    class Meta(PartOfOwned.Meta):
        indexes = [
            models.Index(fields=["due_at"], name="health_due", condition=Q(due_at__isnull=False)),
            # What is well, or over, is nearly everything, and looked for by nobody.
            models.Index(
                fields=["store", "state", "-since"],
                name="health_troubled",
                condition=~Q(state__in=["on_time", "delivered", "cancelled"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id}: {self.state}"


class Lane(StoreOwned):
    """How long parcels of a carrier (`*`: of any) are silent in a status, measured once a day over the last months.

    The row without a status says when the store was measured, and over how many parcels.
    """

    carrier = models.CharField(max_length=40)
    status = models.CharField(max_length=20, blank=True)
    parcels = models.PositiveIntegerField()
    p95 = models.FloatField(help_text="Seconds of working time within which 95 of 100 parcels were heard of again.")
    p99 = models.FloatField()
    stalled_after = models.FloatField()
    lost_after = models.FloatField()
    measured_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "carrier", "status"], name="lane_once")]

    def __str__(self) -> str:
        return f"{self.carrier} {self.status}"
