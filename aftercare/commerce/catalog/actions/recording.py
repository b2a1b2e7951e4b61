"""Taking in what shops sell: thousands of products in one set of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.commerce.catalog.actions import rows
from aftercare.commerce.catalog.actions.rows import KnownProduct, Writing
from aftercare.commerce.catalog.events import ProductChanged
from aftercare.commerce.catalog.models import new_product_id
from aftercare.commerce.catalog.policy import ProductState, joined, read_product
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Caveat, Intake, Outcome, digest_of, waves
from aftercare.foundation.stores.queries import stores_by_id


@dataclass(frozen=True, slots=True)
class _Batch:
    store_id: int
    source: str
    currency: str
    now: datetime
    intake: Intake


@transaction.atomic(savepoint=False)
def record_products(*, store_id: int, source: str, products: Sequence[ProductIn], now: datetime) -> Intake:
    """Take products in with their variants and relations; the same again changes nothing.

    A relation to a product that is not known yet is kept and reported, and holds as soon as that product arrives.
    """
    lock_for_transaction("commerce", store_id)
    currency = stores_by_id(ids={store_id})[store_id].currency
    batch = _Batch(store_id, source, currency, now, Intake.of(len(products)))
    for wave in waves(products, key=lambda product: product.id):
        _record_wave(batch, {index: products[index] for index in wave})
    return batch.intake


def _record_wave(batch: _Batch, products: Mapping[int, ProductIn]) -> None:
    writings = list(_writings(batch, products))
    if not writings:
        return
    rows.write(writings, store_id=batch.store_id, source=batch.source, now=batch.now)
    for writing in writings:
        batch.intake.settle(writing.index, _outcome(writing), writing.id)
    _resolve_relations(batch, writings)
    facts = [
        Fact(ProductChanged(writing.public_id, writing.known is None), batch.store_id, batch.now, actor=batch.source)
        for writing in writings
        if _outcome(writing) is not Outcome.UNCHANGED
    ]
    record(facts, now=batch.now)


def _writings(batch: _Batch, products: Mapping[int, ProductIn]) -> Iterable[Writing]:
    found = rows.known_digests(
        [product.id for product in products.values()], store_id=batch.store_id, source=batch.source
    )
    news: list[tuple[int, ProductIn, bytes]] = []
    for index, product in products.items():
        digest = digest_of(product, source=batch.source)
        row_id, known_digest = found.get(product.id, (0, None))
        if row_id and digest == known_digest:
            batch.intake.settle(index, Outcome.UNCHANGED, row_id)
        else:
            news.append((index, product, digest))
    known = rows.load([found[product.id][0] for _, product, _ in news if product.id in found], store_id=batch.store_id)
    variants = {variant.id for _, product, _ in news for variant in product.variants}
    owners = rows.owners_of_variants(variants, store_id=batch.store_id, source=batch.source)
    for index, product, digest in news:
        before = known[found[product.id][0]] if product.id in found else None
        after = _read(batch, index, product, before, owners)
        if after:
            owners.update(dict.fromkeys(after.variants, product.id))
            public_id = before.public_id if before else new_product_id()
            row_id = before.id if before else 0
            yield Writing(index, after, digest, public_id, before, row_id, product.created_at)


def _read(
    batch: _Batch, index: int, product: ProductIn, known: KnownProduct | None, owners: Mapping[str, str]
) -> ProductState | None:
    taken = {variant.id for variant in product.variants if owners.get(variant.id, product.id) != product.id}
    try:
        said = read_product(product, currency=batch.currency, taken=taken, now=batch.now)
    except Refusal as refusal:
        batch.intake.refuse(index, refusal)
        return None
    return joined(known.state, said, now=batch.now) if known else said


def _outcome(writing: Writing) -> Outcome:
    if writing.known is None:
        return Outcome.CREATED
    return Outcome.CHANGED if writing.after != writing.known.state else Outcome.UNCHANGED


def _resolve_relations(batch: _Batch, writings: Sequence[Writing]) -> None:
    places = {writing.id: writing.index for writing in writings}
    awaiting = rows.resolve_relations(
        product_ids=list(places),
        arrived=[writing.after.description.external_id for writing in writings if writing.known is None],
        store_id=batch.store_id,
        source=batch.source,
    )
    for product_id, target in awaiting:
        sentence = f"The product '{target}' is not known yet; the relation holds as soon as it is."
        batch.intake.warnings.append(Caveat(places[product_id], "relation_awaits_product", sentence, "relations"))
