"""The store's terms, what orders ask of their delivery, what was booked and what lapsed, and claims with their photos."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from aftercare.care.protection.policy.rules import asked_words
from aftercare.care.protection.vocabulary import ClaimKind, ClaimState, Remedy, Stage, Wanted
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import PartOfOwned, StoreOwned


def new_claim_id() -> str:
    return public_id("clm")


def new_photo_id() -> str:
    return public_id("pho")


class Terms(StoreOwned):
    """One version of a store's rules and plans; never changed, only followed by the next."""

    number = models.PositiveIntegerField()
    rules = models.JSONField(default=list)
    plans = models.JSONField(null=True, help_text="Empty: those that Aftercare comes with.")
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="protection_terms_once")]

    def __str__(self) -> str:
        return str(self.number)


class Safeguards(StoreOwned):
    """What the rules ask of an order's delivery; orders of which nothing is asked have no row."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, primary_key=True, related_name="+")
    signature = models.BooleanField(default=False)
    in_person = models.BooleanField(default=False)
    insured = models.BigIntegerField(default=0, help_text="In minor units of the order's currency; 0: need not be.")
    terms = models.PositiveIntegerField(help_text="The version of the rules.")
    trace = models.JSONField(default=list, help_text="What came of each rule: its place, and why.")
    decided_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.order_id)

    @property
    def wanted(self) -> list[Wanted]:
        """What is asked, in the order of the vocabulary."""
        return asked_words(signature=self.signature, in_person=self.in_person, insured=self.insured)


class Booking(StoreOwned):
    """What the shop says it bought for a parcel."""

    shipment = models.OneToOneField("shipments.Shipment", on_delete=models.CASCADE, primary_key=True, related_name="+")
    signature = models.BooleanField(default=False)
    in_person = models.BooleanField(default=False)
    insured = models.BigIntegerField(default=0, help_text="In minor units of the order's currency.")
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return str(self.shipment_id)


class Lapse(StoreOwned):
    """A parcel that goes, or went, without what its order asked for."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey("shipments.Shipment", on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    missing = models.JSONField(default=list)
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["shipment", "stage"], name="lapse_once")]
        indexes = [
            models.Index(fields=["order"], name="lapse_order"),
            models.Index(
                fields=["store", "-noticed_at", "-id"], name="lapse_unsettled", condition=Q(settled_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment_id} {self.stage}"


_OPEN = ~Q(state__in=["denied", "settled", "withdrawn"])


class Claim(StoreOwned):
    """A parcel that somebody wants made good."""

    public_id = models.CharField(max_length=24, unique=True, default=new_claim_id, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey("shipments.Shipment", on_delete=models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.SET_NULL, null=True, related_name="+")
    incident = models.ForeignKey(
        "incidents.Incident", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    opened_incident = models.BooleanField(default=False, help_text="The incident is this claim's own.")
    kind = models.CharField(max_length=10, choices=ClaimKind.choices)
    state = models.CharField(max_length=12, choices=ClaimState.choices, default=ClaimState.OPEN)
    carrier = models.CharField(max_length=40, blank=True)
    told = models.TextField(blank=True, help_text="What the customer wrote.")
    plan = models.CharField(max_length=40, blank=True)
    terms = models.PositiveIntegerField(default=0, help_text="The version of the plans; 0: those that come along.")
    trace = models.JSONField(default=list, help_text="What led to the window in which it was opened.")
    closes_at = models.DateTimeField(null=True, help_text="By when the carrier wants to hear of it.")
    remedy = models.CharField(max_length=8, choices=Remedy.choices, blank=True)
    amount = models.BigIntegerField(default=0, help_text="In minor units of the order's currency.")
    reason = models.TextField(blank=True, help_text="What the customer was told with the last step.")
    reference = models.CharField(max_length=80, blank=True, help_text="The carrier's own number of the claim.")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    due_at = models.DateTimeField(help_text="By when somebody should move it on.")
    closed_at = models.DateTimeField(null=True)
    # Counted by the query that answers one to be exported.
    photo_count: int

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["shipment", "kind"], name="claim_one_open", condition=_OPEN),
        ]
        indexes = [
            models.Index(fields=["store", "-opened_at", "-id"], name="claim_recent"),
            models.Index(fields=["store", "due_at", "id"], name="claim_due", condition=_OPEN),
            models.Index(fields=["order", "-opened_at"], name="claim_order"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def file_by(self) -> datetime | None:
        """On the last day on which the carrier wants to hear of it."""
        return self.closes_at - timedelta(seconds=1) if self.closes_at else None


class ClaimStep(PartOfOwned):
    """One state a claim came to, and what the customer was told with it."""

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=ClaimState.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.state


class ClaimPhoto(PartOfOwned):
    """A photo as we made it anew: JPEG, of a modest size, without what the camera wrote into it."""

    public_id = models.CharField(max_length=24, unique=True, default=new_photo_id, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="photos")
    content = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id
