"""What edges remember: rate limits, and answers already given to an idempotency key."""

from django.db import models

from aftercare.foundation.stores.owned import StoreOwned


class Bucket(models.Model):
    """The tokens someone has left for something; the key is a digest of both."""

    key = models.CharField(max_length=32, primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class KeptAnswer(StoreOwned):
    """The answer to a write that carried an Idempotency-Key, given again when the call is repeated."""

    token_id = models.BigIntegerField()
    key = models.CharField(max_length=128)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty while the first call is still under way.")
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "token_id", "key"], name="kept_answer_once")]
