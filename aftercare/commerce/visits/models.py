"""Which notices of visits are still to be given."""

from django.db import models

from aftercare.commerce.orders.models import Fulfilment
from aftercare.commerce.visits.vocabulary import Notice
from aftercare.foundation.stores.owned import PartOfOwned


class Reminder(PartOfOwned):
    """A notice to be given when its time comes, for the date it was made for; gone once given."""

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="+", db_index=False)
    notice = models.CharField(max_length=8, choices=Notice.choices)
    starts_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta(PartOfOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["fulfilment", "notice"], name="visit_reminder_once")]
        indexes = [models.Index(fields=["due_at"], name="visit_reminder_due")]
