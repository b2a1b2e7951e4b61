"""Publishing template versions, and giving stores their first ones."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import transaction
from django.db.models import Max

from aftercare.engagement.messaging.builtin import LANGUAGES, builtin_template, builtin_templates
from aftercare.engagement.messaging.contents import Content
from aftercare.engagement.messaging.email.mime import prepare_mail
from aftercare.engagement.messaging.events import TemplatePublished
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.foundation.database.bulk import copy_rows, fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.kit.liquid.template import compile_template
from aftercare.foundation.stores.models import Store

BY_US = "aftercare"
_COLUMNS = (
    "store_id", "key", "locale", "number", "subject", "html", "text", "source", "words", "short", "digest", "builtin_digest",
    "note", "is_live", "created_at", "created_by",
)  # fmt: skip
# A store is behind where a built-in template is neither live nor replaced by one of its own.
_BEHIND = """
    SELECT DISTINCT s.id FROM stores_store s CROSS JOIN unnest(%s::text[], %s::text[], %s::text[]) AS b(key, locale, digest)
    LEFT JOIN messaging_templateversion t
        ON t.store_id = s.id AND t.key = b.key AND t.locale = b.locale AND t.is_live
    WHERE t.id IS NULL OR (t.created_by = %s AND t.digest <> b.digest)
"""


@transaction.atomic
def publish_template(
    *, store: Store, key: str, locale: str, content: Content, by: str, now: datetime, note: str = ""
) -> TemplateVersion:
    """Make a new version the live one; raises TemplateSyntaxProblem where it cannot be used. Unchanged makes none."""
    versions = TemplateVersion.objects.filter(store=store, key=key, locale=locale)
    live = versions.filter(is_live=True).first()
    if live is not None and live.digest == content.digest:
        return live
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = _version(store, (key, locale), content, number=last + 1, by=by, now=now, note=note)
    versions.filter(is_live=True).update(is_live=False)
    version.save()
    published = TemplatePublished(key, locale, version.number, note)
    record([Fact(published, store_id=store.pk, occurred_at=now, actor=by)], now=now)
    return version


@transaction.atomic
def install_builtin_templates(*, store: Store, now: datetime) -> None:
    """Give the store the built-in templates it has none of its own for; newer built-ins replace older built-ins only."""
    versions = TemplateVersion.objects.filter(store=store)
    live = {(version.key, version.locale): version for version in versions.filter(is_live=True).defer("html", "source")}
    last = {
        (key, locale): number for key, locale, number in versions.values_list("key", "locale").annotate(Max("number"))
    }
    newer = [
        _version(store, name, content, number=last.get(name, 0) + 1, by=BY_US, now=now)
        for name, content in _builtin()
        if name not in live or (live[name].created_by == BY_US and live[name].digest != content.digest)
    ]
    replaced = [live[version.key, version.locale].pk for version in newer if (version.key, version.locale) in live]
    versions.filter(pk__in=replaced).update(is_live=False)
    # Two megabytes of HTML, whose every quotation mark the statement of `bulk_create` would look at.
    copy_rows("messaging_templateversion", _COLUMNS, [_as_row(version) for version in newer])


def stores_behind() -> Sequence[int]:
    """The stores that lack a built-in template, or have an older one. One query across stores, however many there are."""
    rows = [(*name, content.digest) for name, content in _builtin()]
    columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    return [store_id for (store_id,) in fetch(_BEHIND, [*columns, BY_US])]


def _builtin() -> list[tuple[tuple[str, str], Content]]:
    """Every built-in template under its key and locale."""
    return [((key, locale), content) for locale in LANGUAGES for key, content in builtin_templates(locale).items()]


def _version(
    store: Store, name: tuple[str, str], content: Content, *, number: int, by: str, now: datetime, note: str = ""
) -> TemplateVersion:
    key, locale = name
    built = builtin_template(key=key, locale=locale)
    return TemplateVersion(
        store=store, key=key, locale=locale, number=number, subject=content.subject, html=_usable_html(content),
        source=content.source, words=content.words and vars(content.words), short=content.short, digest=content.digest,
        builtin_digest=built.digest if built else "", note=note, created_at=now, created_by=by,
    )  # fmt: skip


def _as_row(version: TemplateVersion) -> list[object]:
    row = {column: getattr(version, column) for column in _COLUMNS}
    words = None if version.words is None else orjson.dumps(version.words).decode()
    return list({**row, "words": words}.values())


# Every store starts with the same ones, and compiling takes longer than all the rest.
@lru_cache(maxsize=256)
def _usable_html(content: Content) -> str:
    html = compile_mjml(content.source)
    compile_template(content.short, autoescape=False)
    prepare_mail(subject=content.subject, html=html)  # refuses what could not be rendered later
    return html
