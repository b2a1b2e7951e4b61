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


class PartOfOwned(StoreOwned):
    """A row that is part of another, whose store is its own.

    The whole's row is constrained to exist and to have a store; having PostgreSQL look up that one store again for
    every line and scan would double what it costs to write them.
    """

    store = models.ForeignKey(
        "stores.Store", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    class Meta(StoreOwned.Meta):
        abstract = True
