"""Incidents, mass incidents, and what a store may spend on making up for them."""

from django.db import models
from django.db.models import Q

from aftercare.care.incidents.vocabulary import (
    Blame,
    Compensation,
    Family,
    IncidentKind,
    IncidentOutcome,
    IncidentState,
)
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_incident_id() -> str:
    return public_id("inc")


def new_mass_id() -> str:
    return public_id("mas")


class MassIncident(StoreOwned):
    """Many incidents of one carrier: of one hub where most of them were heard of there last, or of one lane."""

    public_id = models.CharField(max_length=24, unique=True, default=new_mass_id, editable=False)
    carrier = models.CharField(max_length=40)
    carrier_name = models.CharField(max_length=80, blank=True)
    place = models.CharField(max_length=120, blank=True, help_text="The hub; empty where it is everywhere.")
    lane = models.CharField(max_length=12, blank=True, help_text="From where to where; empty where it is any.")
    usual_per_day = models.FloatField(default=0)
    banner = models.TextField(blank=True, help_text="What shoppers read on their order's page; empty: our own words.")
    macro = models.TextField(blank=True, help_text="What staff answer to whoever asks; empty: our own words.")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    # Counted by the queries that answer one.
    count: int
    open_count: int

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["store", "carrier", "place", "lane"],
                name="mass_incident_one_open_of_each",
                condition=Q(closed_at__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["store", "-opened_at", "-id"], name="mass_incident_recent")]

    def __str__(self) -> str:
        return f"{self.carrier_name or self.carrier} {self.place or self.lane.replace('-', ' → ')}".strip()


UNSETTLED = ~Q(state=IncidentState.CLOSED)


class Incident(StoreOwned):
    """One thing that goes wrong with an order: a task, a message, a hold and a decision in one."""

    public_id = models.CharField(max_length=24, unique=True, default=new_incident_id, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+", db_index=False)
    shipment = models.ForeignKey(
        "shipments.Shipment", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    customer = models.ForeignKey("customers.Customer", on_delete=models.SET_NULL, null=True, related_name="+")
    mass = models.ForeignKey(MassIncident, on_delete=models.SET_NULL, null=True, related_name="incidents")
    kind = models.CharField(max_length=16, choices=IncidentKind.choices)
    family = models.CharField(max_length=10, choices=Family.choices)
    state = models.CharField(max_length=10, choices=IncidentState.choices, default=IncidentState.OPEN)
    outcome = models.CharField(max_length=10, choices=IncidentOutcome.choices, blank=True)
    blame = models.CharField(max_length=14, choices=Blame.choices, default=Blame.UNKNOWN)
    carrier = models.CharField(max_length=40, blank=True)
    place = models.CharField(max_length=120, blank=True, help_text="Where the parcel was heard of last.")
    lane = models.CharField(max_length=12, blank=True, help_text="From where to where it is sent.")
    note = models.TextField(blank=True, help_text="What staff wrote about it; never shown to the customer.")
    told = models.BooleanField(default=False, help_text="The customer has been told of it.")
    assignee = models.CharField(max_length=80, blank=True, help_text="Who looks into it, as the log names people.")
    due_at = models.DateTimeField(help_text="By when somebody should have looked into it.")
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80, default="system")
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    compensation = models.CharField(max_length=10, choices=Compensation.choices, default=Compensation.NONE)
    compensation_amount = models.BigIntegerField(default=0, help_text="In minor units of the order's currency.")
    compensation_at = models.DateTimeField(null=True)
    compensation_by = models.CharField(max_length=80, blank=True)
    compensation_credit = models.BooleanField(
        default=False, db_default=False, help_text="It was granted as store credit; else the shop pays it."
    )

    class Meta(StoreOwned.Meta):
        constraints = [
            # Two, because an order's incident without a parcel has NULL there, which is not equal to itself.
            models.UniqueConstraint(
                fields=["order", "shipment", "family"], name="incident_one_open_of_parcel",
                condition=~Q(state="closed") & Q(shipment__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["order", "family"], name="incident_one_open_of_order",
                condition=~Q(state="closed") & Q(shipment__isnull=True),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["store", "-opened_at", "-id"], name="incident_recent"),
            models.Index(fields=["store", "due_at", "id"], name="incident_due", condition=~Q(state="closed")),
            models.Index(fields=["order", "-opened_at"], name="incident_order"),
            models.Index(
                fields=["shipment"], name="incident_parcel", condition=~Q(state="closed") & Q(shipment__isnull=False)
            ),
            models.Index(fields=["store", "carrier", "opened_at"], name="incident_carrier"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.state != IncidentState.CLOSED


class CompensationBudget(StoreOwned):
    """What may be approved in a calendar month of the store; without one, there is no limit."""

    monthly = models.BigIntegerField(help_text="In minor units of the store's currency.")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store"], name="compensation_budget_once")]

    def __str__(self) -> str:
        return str(self.monthly)
