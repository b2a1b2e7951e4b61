"""What was promised, for each parcel and for each order before it has one; and what was learned to promise it."""

from django.db import models

from aftercare.commerce.orders.models import Order
from aftercare.commerce.shipments.models import Shipment
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


class Range(PartOfOwned):
    """When something is to arrive, and how sure that is. `first_*` is what was said at first and never changes."""

    earliest = models.DateTimeField()
    likely = models.DateTimeField()
    latest = models.DateTimeField()
    first_earliest = models.DateTimeField()
    first_likely = models.DateTimeField()
    first_latest = models.DateTimeField()
    first_made_at = models.DateTimeField()
    made_at = models.DateTimeField()
    told_latest = models.DateTimeField(null=True, help_text="The end of the range when it was told as an event last.")
    told_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=12, help_text="How wide the history is that it rests on: see policy.")
    lane = models.CharField(max_length=80, help_text="Carrier, service, origin and destination, as calibration groups.")
    coverage = models.FloatField(help_text="The share that is to arrive within the range, such as 0.8.")

    class Meta(PartOfOwned.Meta):
        abstract = True


class Promise(Range):
    """When a parcel is to arrive."""

    shipment = models.OneToOneField(Shipment, on_delete=models.CASCADE, primary_key=True, related_name="promise")
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="+")


class OrderPromise(Range):
    """When an order is to arrive of which no parcel is known yet; kept afterwards as what was said at check-out."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="promise")


class Handling(StoreOwned):
    """How orders reach the carrier, as staff say; of a store without such a row nothing is known but its history."""

    cut_off = models.TimeField(help_text="What is ordered before it, by the store's clock, leaves the same open day.")
    weekdays = models.JSONField(help_text='Open days, such as ["mon", "tue"].')
    days = models.PositiveSmallIntegerField(default=0, help_text="Further open days until it leaves.")
    closures = models.JSONField(
        default=list, blank=True, help_text="Days off as ISO dates; public holidays are off too."
    )
    transit_fewest = models.PositiveSmallIntegerField(null=True, help_text="Open days on the way, until history tells.")
    transit_most = models.PositiveSmallIntegerField(null=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store"], name="handling_once")]


class Due(StoreOwned):
    """A parcel, or an order without one, that is to be promised anew; may stand here more than once."""

    class Kind(models.TextChoices):
        PARCEL = "parcel"
        ORDER = "order"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    row_id = models.BigIntegerField(
        help_text="Of the parcel or the order; no foreign key, for it need not be there any more."
    )
    noted_at = models.DateTimeField()


class Learned(StoreOwned):
    """What a store's deliveries have taught so far, for predictions from the order or from the hand-over on."""

    class Stage(models.TextChoices):
        ORDER = "order"
        HAND_OVER = "hand_over"

    stage = models.CharField(max_length=10, choices=Stage.choices)
    learned_at = models.DateTimeField()
    deliveries = models.PositiveIntegerField(help_text="Of how many it was learned.")
    content = models.BinaryField(help_text="See estimating.keeping.")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "stage"], name="learned_once")]
