"""The base of every row that belongs to a store."""

from typing import ClassVar

from django.db import models

from aftercare.foundation.stores.scope import GuardedManager


class StoreOwned(models.Model):
    """Carries the store, and answers queries only within its scope (saves included: see `base_manager_name`)."""

    store = models.ForeignKey("stores.Store", on_delete=models.CASCADE, related_name="+", db_index=False)

    objects: ClassVar = GuardedManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
