"""The words of notices that are kept in rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    """How grave it is."""

    UPDATE = "update", _("Product update")
    SAFETY = "safety", _("Safety notice")
    RECALL = "recall", _("Recall")


class NoticeState(models.TextChoices):
    """How far it is."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    ENDED = "ended", _("Ended")


class ReadBy(models.TextChoices):
    """How we know that it was read."""

    PORTAL = "portal", _("On the order's page")
    STAFF = "staff", _("Noted by staff")


# What a notice's message is: see the types of messaging for what each is before the law.
MESSAGES: dict[str, str] = {
    Severity.UPDATE: "product_update", Severity.SAFETY: "product_safety", Severity.RECALL: "product_recall",
}  # fmt: skip
TONES: dict[str, str] = {Severity.UPDATE: "information", Severity.SAFETY: "attention", Severity.RECALL: "problem"}
