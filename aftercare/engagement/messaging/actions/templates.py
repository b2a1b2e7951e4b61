"""Publishing template versions, and giving a store its first ones."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from aftercare.engagement.messaging.builtin import LANGUAGES, builtin_templates
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
    digest = hashlib.blake2b(f"{subject}\0{source}".encode(), digest_size=16).hexdigest()
    versions = TemplateVersion.objects.filter(store=store, key=key, locale=locale)
    live = versions.filter(is_live=True).first()
    if live is not None and live.digest == digest:
        return live
    html = compile_mjml(source)
    prepare_mail(subject=subject, html=html)  # refuses what could not be rendered later
    versions.filter(is_live=True).update(is_live=False)
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return TemplateVersion.objects.create(
        store=store, key=key, locale=locale, number=number, subject=subject, html=html, source=source, digest=digest,
        created_at=now, created_by=by,
    )  # fmt: skip


@transaction.atomic
def install_builtin_templates(*, store: Store, now: datetime) -> None:
    """Give the store the built-in templates it has none of its own for; newer built-ins replace older built-ins only."""
    edited = set(
        TemplateVersion.objects.filter(store=store, is_live=True).exclude(created_by=BY_US).values_list("key", "locale")
    )
    for locale in LANGUAGES:
        for key, draft in builtin_templates(locale).items():
            if (key, locale) not in edited:
                publish_template(
                    store=store, key=key, locale=locale, subject=draft.subject, source=draft.source, by=BY_US, now=now
                )
