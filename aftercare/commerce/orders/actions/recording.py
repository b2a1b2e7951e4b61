"""Taking orders in: the one way for API, webhooks and files, thousands in one set of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from aftercare.commerce.catalog.policy import Articles
from aftercare.commerce.catalog.queries import articles
from aftercare.commerce.customers.actions import record_customers
from aftercare.commerce.customers.queries import survivors
from aftercare.commerce.orders.actions.loading import KnownOrder, known_digests, load_orders
from aftercare.commerce.orders.actions.telling import tell
from aftercare.commerce.orders.actions.writing import Writing, write
from aftercare.commerce.orders.policy.buyers import Buyer, buyer_of, doubts
from aftercare.commerce.orders.policy.changes import Change, changed, check_against, is_stale, placed
from aftercare.commerce.orders.policy.states import OrderState
from aftercare.commerce.orders.policy.versions import read_version
from aftercare.commerce.orders.schemas import OrderIn
from aftercare.foundation.database.bulk import lock_for_transaction
from aftercare.foundation.kit.errors import Refusal
from aftercare.foundation.kit.intake import Caveat, Intake, Outcome, digest_of, waves
from aftercare.foundation.stores.queries import stores_by_id


@dataclass(slots=True)
class _Accepted:
    """An order of the batch that will be written."""

    index: int
    order: OrderIn
    digest: bytes
    version: OrderState
    known: KnownOrder | None
    buyer: Buyer | None


@dataclass(frozen=True, slots=True)
class _Batch:
    store_id: int
    source: str
    home: str
    now: datetime
    intake: Intake


@transaction.atomic(savepoint=False)
def record_orders(*, store_id: int, source: str, orders: Sequence[OrderIn], now: datetime) -> Intake:
    """Take versions of orders in; answers for each what it did, or why it is refused while the others are taken in.

    The same version again changes nothing. Facts carry the time they happened at, and are recorded in that order.
    """
    lock_for_transaction("commerce", store_id)
    home = stores_by_id(ids={store_id})[store_id].country
    batch = _Batch(store_id, source, home, now, Intake.of(len(orders)))
    for wave in waves(orders, key=lambda order: order.id):
        _record_wave(batch, {index: orders[index] for index in wave})
    return batch.intake


def _record_wave(batch: _Batch, orders: Mapping[int, OrderIn]) -> None:
    accepted = _accepted(batch, orders)
    if not accepted:
        return
    _find_customers(batch, accepted)
    changes = [_change(one, now=batch.now) for one in accepted]
    writings = [
        Writing(
            after=change.after, digest=one.digest, known=one.known, external_id=one.order.id, source=batch.source,
            id=one.known.id if one.known else 0,
        )
        for one, change in zip(accepted, changes, strict=True)
    ]  # fmt: skip
    write(writings, store_id=batch.store_id, now=batch.now)
    for one, change, writing in zip(accepted, changes, writings, strict=True):
        batch.intake.settle(one.index, _outcome(one, change), writing.id)
    tell(
        [(writing, change.happenings) for writing, change in zip(writings, changes, strict=True)],
        store_id=batch.store_id, actor=batch.source, now=batch.now,
    )  # fmt: skip


def _accepted(batch: _Batch, orders: Mapping[int, OrderIn]) -> list[_Accepted]:
    """Those that say something new and can be true."""
    found = known_digests([order.id for order in orders.values()], store_id=batch.store_id, source=batch.source)
    news: list[tuple[int, OrderIn, bytes]] = []
    for index, order in orders.items():
        digest = digest_of(order, source=batch.source)
        row_id, known_digest = found.get(order.id, (0, None))
        if row_id and digest == known_digest:
            batch.intake.settle(index, Outcome.UNCHANGED, row_id)
        else:
            news.append((index, order, digest))
    known = load_orders([found[order.id][0] for _, order, _ in news if order.id in found], store_id=batch.store_id)
    catalogue = _articles(batch, [order for _, order, _ in news])
    accepted = []
    for index, order, digest in news:
        before = known[found[order.id][0]] if order.id in found else None
        one = _checked(batch, index, order, digest, before, catalogue)
        if one:
            accepted.append(one)
    return accepted


def _articles(batch: _Batch, orders: Sequence[OrderIn]) -> Articles:
    lines = [line for order in orders for line in order.lines]
    return articles(
        store_id=batch.store_id,
        source=batch.source,
        products={line.product for line in lines if line.product},
        variants={line.variant for line in lines if line.variant},
        skus={line.sku for line in lines if line.sku},
    )


def _checked(
    batch: _Batch, index: int, order: OrderIn, digest: bytes, known: KnownOrder | None, catalogue: Articles
) -> _Accepted | None:
    try:
        version = read_version(order, articles=catalogue, home=batch.home, now=batch.now)
        if known and is_stale(known.state, version):
            sentence = "A newer version of this order is known already."
            batch.intake.warnings.append(Caveat(index, "older_version", sentence, "updated_at"))
            batch.intake.settle(index, Outcome.UNCHANGED, known.id)
            return None
        if known:
            check_against(known.state, version)
    except Refusal as refusal:
        batch.intake.refuse(index, refusal)
        return None
    buyer = buyer_of(order)
    for doubt in doubts(order, version, has_buyer=buyer is not None):
        batch.intake.warnings.append(Caveat(index, *doubt))
    return _Accepted(index, order, digest, version, known, buyer)


def _find_customers(batch: _Batch, accepted: Sequence[_Accepted]) -> None:
    with_buyer = [(one, one.buyer) for one in accepted if one.buyer]
    recorded = record_customers(
        store_id=batch.store_id,
        source=batch.source,
        customers=[buyer.customer for _, buyer in with_buyer],
        seen_at=[one.order.placed_at for one, _ in with_buyer],
        hearsay={place for place, (_, buyer) in enumerate(with_buyer) if buyer.hearsay},
        now=batch.now,
    )
    for (one, _), customer_id in zip(with_buyer, recorded.ids, strict=True):
        one.version.customer_id = customer_id
    _keep_absorbed(batch, accepted)
    for caveat in recorded.warnings:
        index = with_buyer[caveat.index][0].index
        batch.intake.warnings.append(Caveat(index, caveat.code, caveat.sentence, f"customer.{caveat.field}"))
    for place, refusal in recorded.refused.items():
        index = with_buyer[place][0].index
        batch.intake.warnings.append(Caveat(index, "no_customer", refusal.sentence, f"customer.{refusal.field}"))


def _keep_absorbed(batch: _Batch, accepted: Sequence[_Accepted]) -> None:
    """An order of a customer who was merged since stays theirs, so that the merge can be undone."""
    held = {one.index: one.known.state.customer_id for one in accepted if one.known and one.known.state.customer_id}
    if not held:
        return
    people = survivors(store_id=batch.store_id, ids=[customer_id for customer_id in held.values() if customer_id])
    for one in accepted:
        before = held.get(one.index)
        if before and people[before] == one.version.customer_id:
            one.version.customer_id = before


def _change(one: _Accepted, *, now: datetime) -> Change:
    if one.known is None:
        return placed(one.version)
    return changed(one.known.state, one.version, now=now)


def _outcome(one: _Accepted, change: Change) -> Outcome:
    if one.known is None:
        return Outcome.CREATED
    return Outcome.CHANGED if change.after != one.known.state else Outcome.UNCHANGED
