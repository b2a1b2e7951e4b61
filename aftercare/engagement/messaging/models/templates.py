"""The templates messages are made from, version by version, and what they are to become."""

from django.db import models
from django.db.models import Q

from aftercare.foundation.stores.owned import StoreOwned


class TemplateVersion(StoreOwned):
    """One version of a template in one language. Never changed once made, so that what was sent can be shown again."""

    key = models.CharField(max_length=60)
    locale = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    html = models.TextField(help_text="Compiled from MJML, styles inlined, Liquid tags still in place.")
    text = models.TextField(blank=True)
    source = models.TextField(help_text="The MJML as written.")
    words = models.JSONField(null=True, help_text="What the source was made of, where it was made of words.")
    short = models.TextField(blank=True, default="", db_default="", help_text="What media of few words carry.")
    digest = models.CharField(max_length=32)
    builtin_digest = models.CharField(
        max_length=32, blank=True, default="", db_default="",
        help_text="Of the built-in template when this was made: whether there is a newer one since.",
    )  # fmt: skip
    note = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="What changed, and why.")
    is_live = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["store", "key", "locale", "number"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["store", "key", "locale"], condition=Q(is_live=True), name="template_live_once"
            ),
        ]


class TemplateDraft(StoreOwned):
    """What a template is to say next. Two people may have it open: `revision` goes up with every change."""

    key = models.CharField(max_length=60)
    locale = models.CharField(max_length=12)
    subject = models.TextField(blank=True)
    words = models.JSONField(null=True, help_text="Null where it has its own source.")
    source = models.TextField(blank=True)
    short = models.TextField(blank=True, default="", db_default="")
    revision = models.PositiveIntegerField(default=1)
    based_on = models.PositiveIntegerField(default=0, help_text="The number of the version it began as; 0 for none.")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=80)

    class Meta(StoreOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["store", "key", "locale"], name="template_draft_once")]
