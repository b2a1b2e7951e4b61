"""Calls that staff are to make."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from aftercare.engagement.messaging.models.messages import Message
from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_call_id() -> str:
    return public_id("cll")


class CallTask(StoreOwned):
    """Somebody to be called: with what a message says, or because they asked to be called back."""

    class State(models.TextChoices):
        OPEN = "open", _("To be called")
        DONE = "done", _("Reached")
        GIVEN_UP = "given_up", _("Not reached")

    public_id = models.CharField(max_length=24, unique=True, default=new_call_id, editable=False)
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    phone = models.CharField(max_length=16)
    name = models.CharField(max_length=200, blank=True)
    text = models.TextField(help_text="What is to be said.")
    asked_back = models.BooleanField(default=False, help_text="They pressed the key for it.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    made_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField()

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "due_at"], name="call_task_open", condition=Q(state="open"))]
