"""The words of segments: what a segment is, how the parts of a group are joined, and how often something is counted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SegmentKind(models.TextChoices):
    """What decides who is in it."""

    RULES = "rules", _("By rules")
    LIST = "list", _("A list")


class SegmentState(models.TextChoices):
    """Whether it is kept up to date."""

    LIVE = "live", _("Live")
    ARCHIVED = "archived", _("Archived")


class Match(models.TextChoices):
    """How the parts of a group are joined."""

    ALL = "all", _("All of these")
    ANY = "any", _("At least one of these")
    NONE = "none", _("None of these")


class Bound(models.TextChoices):
    """How a number is held against another."""

    AT_LEAST = "at_least", _("at least")
    AT_MOST = "at_most", _("at most")
    EXACTLY = "exactly", _("exactly")
