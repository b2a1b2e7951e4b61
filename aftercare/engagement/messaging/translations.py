"""Which message is written in which language, what is read instead, and how often that happened."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from aftercare.engagement.messaging.actions.templates import BY_US
from aftercare.engagement.messaging.builtin import builtin_template
from aftercare.engagement.messaging.drafts import languages
from aftercare.engagement.messaging.models import TemplateDraft, TemplateVersion
from aftercare.engagement.messaging.queries import live_templates
from aftercare.engagement.messaging.templates import read_instead
from aftercare.engagement.messaging.types import MessageType, message_types
from aftercare.foundation.database.bulk import fetch

# Messages that were read in another language have an index of their own.
_FELL_BACK = """
    SELECT m.message_type, m.wanted_locale, t.locale, count(*) FROM messaging_message m
    JOIN messaging_templateversion t ON t.id = m.template_id
    WHERE m.store_id = %s AND m.created_at >= %s AND m.wanted_locale <> '' AND m.state = 'sent'
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2 LIMIT 200
"""


@dataclass(frozen=True)
class Cell:
    """A message in one language: its live version, or what is read `instead`, if anything is."""

    locale: str
    version: TemplateVersion | None
    instead: str
    has_draft: bool

    @property
    def is_own(self) -> bool:
        """Whether the store wrote it."""
        return self.version is not None and self.version.created_by != BY_US

    @property
    def has_newer_builtin(self) -> bool:
        """Whether the built-in one has changed since the store wrote its own."""
        return self.version is not None and has_newer_builtin(self.version)


@dataclass(frozen=True)
class Row:
    """A message in every language."""

    kind: MessageType
    cells: list[Cell]


@dataclass(frozen=True)
class FellBack:
    """Messages of one type that whoever wanted one language read in another."""

    message_type: str
    wanted: str
    read: str
    count: int


def translations(*, store_locale: str) -> list[Row]:
    """Every message in every language, in order of registration. Two queries."""
    live: dict[str, dict[str, TemplateVersion]] = defaultdict(dict)
    for version in live_templates():
        live[version.key][version.locale] = version
    drafts = set(TemplateDraft.objects.values_list("key", "locale"))
    shown = dict.fromkeys([*languages(), *(code for written in live.values() for code in sorted(written))])
    return [
        Row(kind, [_cell(kind.key, code, live[kind.key], drafts, store_locale) for code in shown])
        for kind in message_types()
    ]


def fell_back(*, store_id: int, since: datetime) -> list[FellBack]:
    """What went out in another language than its reader's, the most frequent first. One query."""
    return [FellBack(*row) for row in fetch(_FELL_BACK, [store_id, since])]


def has_newer_builtin(version: TemplateVersion) -> bool:
    """Whether the built-in template has changed since the store made this version of its own."""
    built = builtin_template(key=version.key, locale=version.locale)
    return (
        built is not None and version.created_by != BY_US
        and version.builtin_digest not in ("", built.digest) and version.digest != built.digest
    )  # fmt: skip


def _cell(
    key: str, locale: str, live: Mapping[str, TemplateVersion], drafts: set[tuple[str, str]], store_locale: str
) -> Cell:
    version = live.get(locale)
    instead = "" if version else read_instead(written=live, locale=locale, store_locale=store_locale)
    return Cell(locale, version, instead, (key, locale) in drafts)
