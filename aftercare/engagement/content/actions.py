"""Writing guides."""

from datetime import datetime

from django.db import transaction

from aftercare.engagement.content.models import Guide, GuideProduct
from aftercare.engagement.content.schemas import GuideIn
from aftercare.foundation.stores.models import Store


@transaction.atomic
def write_guide(*, store: Store, guide: GuideIn, now: datetime) -> Guide:
    """Write a guide, or write it anew, and say which products it is about."""
    row, _ = Guide.objects.update_or_create(
        store=store,
        slug=guide.slug,
        locale=guide.locale,
        defaults={
            "kind": guide.kind,
            "title": guide.title,
            "summary": guide.summary,
            "body": guide.body,
            "updated_at": now,
        },
    )
    GuideProduct.objects.filter(guide=row).exclude(product_id__in=guide.product_ids).delete()
    GuideProduct.objects.bulk_create(
        [GuideProduct(store=store, guide=row, product_id=product) for product in guide.product_ids],
        ignore_conflicts=True,
    )
    return row
