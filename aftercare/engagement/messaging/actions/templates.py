"""Publishing template versions, and giving a store its first ones."""

import hashlib
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Max

from aftercare.engagement.messaging.builtin import LANGUAGES, Draft, builtin_templates
from aftercare.engagement.messaging.email.mime import prepare_mail
from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.foundation.kit.liquid.mjml import compile_mjml
from aftercare.foundation.stores.models import Store

BY_US = "aftercare"


@transaction.atomic
def publish_template(
    *, store: Store, key: str, locale: str, subject: str, source: str, by: str, now: datetime
) -> TemplateVersion:
    """Make a new version the live one; raises TemplateSyntaxProblem where it cannot be used. Unchanged makes none."""
    draft = Draft(subject=subject, source=source)
    versions = TemplateVersion.objects.filter(store=store, key=key, locale=locale)
    live = versions.filter(is_live=True).first()
    if live is not None and live.digest == _digest(draft):
        return live
    last = versions.aggregate(last=Max("number"))["last"] or 0
    version = _version(store, (key, locale), draft, number=last + 1, by=by, now=now)
    versions.filter(is_live=True).update(is_live=False)
    version.save()
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
        _version(store, name, draft, number=last.get(name, 0) + 1, by=BY_US, now=now)
        for name, draft in _builtin()
        if name not in live or (live[name].created_by == BY_US and live[name].digest != _digest(draft))
    ]
    replaced = [live[version.key, version.locale].pk for version in newer if (version.key, version.locale) in live]
    versions.filter(pk__in=replaced).update(is_live=False)
    TemplateVersion.objects.bulk_create(newer)


def _builtin() -> list[tuple[tuple[str, str], Draft]]:
    """Every built-in template under its key and locale."""
    return [((key, locale), draft) for locale in LANGUAGES for key, draft in builtin_templates(locale).items()]


def _version(
    store: Store, name: tuple[str, str], draft: Draft, *, number: int, by: str, now: datetime
) -> TemplateVersion:
    key, locale = name
    return TemplateVersion(
        store=store, key=key, locale=locale, number=number, subject=draft.subject, html=_usable_html(draft),
        source=draft.source, digest=_digest(draft), created_at=now, created_by=by,
    )  # fmt: skip


# Every store starts with the same ones, and compiling takes longer than all the rest.
@lru_cache(maxsize=256)
def _usable_html(draft: Draft) -> str:
    html = compile_mjml(draft.source)
    prepare_mail(subject=draft.subject, html=html)  # refuses what could not be rendered later
    return html


def _digest(draft: Draft) -> str:
    return hashlib.blake2b(f"{draft.subject}\0{draft.source}".encode(), digest_size=16).hexdigest()
