"""What was heard of a message, as its page shows it."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from aftercare.engagement.messaging.models import MessageNews
from aftercare.engagement.messaging.tones import NEWS_TONES

_ICONS = {
    "delivered": "mail-check", "deferred": "mail-warning", "bounced": "mail-x", "rejected": "mail-x",
    "complained": "mail-warning", "unsubscribed": "mail-x", "opened": "eye", "clicked": "link",
}  # fmt: skip


def heard_of(*, news: Iterable[MessageNews]) -> list[dict[str, Any]]:
    """Entries of the timeline component."""
    return [
        {"icon": _ICONS[one.kind], "title": _title(one), "at": one.at, "tone": NEWS_TONES[one.kind],
         "text": one.url or one.answer}
        for one in news
    ]  # fmt: skip


def _title(one: MessageNews) -> str:
    label = str(one.get_kind_display())
    if one.is_machine:
        return _("%(what)s by a machine, not by a person") % {"what": label}
    if one.severity == "soft":
        return _("%(what)s for now") % {"what": label}
    return _("%(what)s for good") % {"what": label} if one.severity == "hard" else label
