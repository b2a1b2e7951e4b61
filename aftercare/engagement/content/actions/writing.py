"""Writing guides, tying them to products, and taking them away."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from aftercare.commerce.catalog.models import Product
from aftercare.engagement.content.errors import GuideExists
from aftercare.engagement.content.events import GuideRemoved, GuideWritten
from aftercare.engagement.content.kinds import kinds
from aftercare.engagement.content.models import Guide, GuideCollection, GuideProduct
from aftercare.engagement.content.schemas import GuideIn
from aftercare.engagement.content.vocabulary import OwnershipStage
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Event, Fact
from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.stores.models import Store

_WRITTEN = ("kind", "title", "summary", "body", "video_url", "stage", "from_day", "until_day")


@transaction.atomic
def write_guide(
    *, store: Store, guide: GuideIn, now: datetime, by: str = "system", instead_of: Guide | None = None
) -> Guide:
    """Write a guide, or write it anew, and say which products it is about; what did not change is no event.

    `instead_of` is one that gets another address or language by this. Raises Invalid, and GuideExists where another guide
    has that address in that language.
    """
    _check(guide)
    lock_for_transaction("guides", store.pk)
    found = Guide.objects.filter(slug=guide.slug, locale=guide.locale).first()
    if instead_of is not None and found is not None and found.pk != instead_of.pk:
        raise GuideExists(f"There is a guide “{guide.slug}” in this language already.", field="slug")
    row = instead_of or found or Guide(store=store)
    changes = {name: getattr(guide, name) for name in ("slug", "locale", *_WRITTEN)}
    if row._state.adding or changes != {name: getattr(row, name) for name in changes}:  # noqa: SLF001 -- Django's own API
        for name, value in changes.items():
            setattr(row, name, value)
        row.updated_at = now
        row.save()
        told = GuideWritten(guide=row.public_id, slug=row.slug, locale=row.locale, kind=row.kind, title=row.title)
        _record(store, told, by, now)
    if guide.product_ids is not None:
        _tie(row, guide.product_ids)
    if guide.categories is not None:
        _tie_collections(row, guide.categories)
    return row


@transaction.atomic
def remove_guide(*, guide: Guide, by: str, now: datetime) -> None:
    """Take it away in its language."""
    _record(guide.store, GuideRemoved(slug=guide.slug, locale=guide.locale, title=guide.title), by, now)
    guide.delete()


@transaction.atomic
def tie_product(*, guide: Guide, product: Product) -> None:
    """It helps with this product, in whichever language it is read."""
    rows = [
        GuideProduct(store_id=guide.store_id, guide_id=pk, product=product)
        for pk in Guide.objects.filter(slug=guide.slug).values_list("pk", flat=True)
    ]
    GuideProduct.objects.bulk_create(rows, ignore_conflicts=True)


def untie_product(*, guide: Guide, product: Product) -> None:
    """It helps with this product no more."""
    GuideProduct.objects.filter(guide__slug=guide.slug, product=product).delete()


@transaction.atomic
def tie_collection(*, guide: Guide, category: str) -> None:
    """It helps with every product of this category, in whichever language it is read."""
    rows = [
        GuideCollection(store_id=guide.store_id, guide_id=pk, category=category)
        for pk in Guide.objects.filter(slug=guide.slug).values_list("pk", flat=True)
    ]
    GuideCollection.objects.bulk_create(rows, ignore_conflicts=True)


def untie_collection(*, guide: Guide, category: str) -> None:
    """It helps with products of this category no more."""
    GuideCollection.objects.filter(guide__slug=guide.slug, category=category).delete()


def _check(guide: GuideIn) -> None:
    if guide.kind not in kinds:
        raise Invalid(f"There is no kind “{guide.kind}”.", field="kind", remedy=f"Kinds: {', '.join(kinds.keys())}.")
    if guide.stage not in OwnershipStage.values:
        raise Invalid(
            f"There is no stage “{guide.stage}”.",
            field="stage",
            remedy=f"Stages: {', '.join(filter(None, OwnershipStage.values))}.",
        )
    if guide.until_day is not None and guide.until_day < guide.from_day:
        raise Invalid("It would end before it begins.", field="until_day", remedy="Give a later day, or none.")
    kinds[guide.kind].check(guide)


def _tie(row: Guide, product_ids: Collection[int]) -> None:
    GuideProduct.objects.filter(guide=row).exclude(product_id__in=product_ids).delete()
    GuideProduct.objects.bulk_create(
        [GuideProduct(store_id=row.store_id, guide=row, product_id=product) for product in product_ids],
        ignore_conflicts=True,
    )


def _tie_collections(row: Guide, categories: Collection[str]) -> None:
    GuideCollection.objects.filter(guide=row).exclude(category__in=categories).delete()
    GuideCollection.objects.bulk_create(
        [GuideCollection(store_id=row.store_id, guide=row, category=category) for category in categories],
        ignore_conflicts=True,
    )


def _record(store: Store, event: Event, by: str, now: datetime) -> None:
    record([Fact(event, store_id=store.pk, occurred_at=now, actor=by)], now=now)
