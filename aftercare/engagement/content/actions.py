"""Writing guides."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from aftercare.engagement.content.models import Guide, GuideProduct
from aftercare.foundation.stores.models import Store


@transaction.atomic
def write_guide(
    *,
    store: Store,
    slug: str,
    locale: str,
    kind: str,
    title: str,
    summary: str,
    body: str,
    product_ids: Sequence[int],
    now: datetime,
) -> Guide:
    """Write a guide, or write it anew, and say which products (row ids) it is about."""
    guide, _ = Guide.objects.update_or_create(
        store=store,
        slug=slug,
        locale=locale,
        defaults={"kind": kind, "title": title, "summary": summary, "body": body, "updated_at": now},
    )
    GuideProduct.objects.filter(guide=guide).exclude(product_id__in=product_ids).delete()
    GuideProduct.objects.bulk_create(
        [GuideProduct(store=store, guide=guide, product_id=product) for product in product_ids], ignore_conflicts=True
    )
    return guide
