"""Versions of a store's return policy, the draft of the next, and replays of a draft on what was sold."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.kit.ids import public_id
from aftercare.foundation.stores.owned import StoreOwned


def new_replay_id() -> str:
    return public_id("rpl")


class PolicyVersion(StoreOwned):
    """What was published; never changed, only followed by the next."""

    number = models.PositiveIntegerField()
    policy = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="return_policy_version_once")]

    def __str__(self) -> str:
        return str(self.number)


class PolicyDraft(StoreOwned):
    """What is to be published next; one for a store."""

    policy = models.JSONField()
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store"], name="return_policy_draft_once")]

    def __str__(self) -> str:
        return f"draft {self.revision}"


class Replay(StoreOwned):
    """A policy tried on everything that was delivered in a time, beside the one in force."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=24, unique=True, default=new_replay_id, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    policy = models.JSONField()
    against = models.PositiveIntegerField(help_text="The version it is held against; 0: none was published.")
    since = models.DateTimeField()
    until = models.DateTimeField()
    found = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        indexes = [models.Index(fields=["store", "-asked_at", "-id"], name="return_policy_replay_recent")]

    def __str__(self) -> str:
        return self.public_id
