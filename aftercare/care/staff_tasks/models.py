"""Tasks of the staff."""

from django.db import models
from django.db.models import Q

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.staff.policy import ROLE_LABELS, Role
from aftercare.foundation.stores.owned import StoreOwned


def new_task_id() -> str:
    return public_id("tsk")


class StaffTask(StoreOwned):
    """Something a person is to do. Open until somebody says that it is done."""

    public_id = models.CharField(max_length=24, unique=True, default=new_task_id, editable=False)
    key = models.CharField(max_length=200, help_text="Its maker's own name for it: the same is not made again.")
    title = models.CharField(max_length=200)
    role = models.CharField(max_length=12, blank=True, help_text="For whom; empty: for anybody.")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    assignee = models.CharField(max_length=80, blank=True, help_text="Who sees to it, as the log names people.")
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True, help_text="What came of it.")

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="staff_task_once")]
        indexes = [
            models.Index(fields=["store", "due_at", "id"], name="staff_task_open", condition=Q(done_at__isnull=True)),
            models.Index(fields=["store", "-done_at"], name="staff_task_done", condition=Q(done_at__isnull=False)),
            models.Index(fields=["order"], name="staff_task_order", condition=Q(order__isnull=False)),
            models.Index(fields=["customer"], name="staff_task_customer", condition=Q(customer__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def role_label(self) -> str:
        """For whom it is, in words; empty where it is for anybody."""
        return str(ROLE_LABELS[Role(self.role)]) if self.role else ""
