"""Traits that capabilities publish about customers, for segments and personal messages."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import orjson
from django.db import transaction

from aftercare.commerce.customers.events import CustomerUpdated
from aftercare.commerce.customers.queries import survivors
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact

# Rows are locked in the order of their ids, as everywhere, so that two writers never wait for each other in a ring.
_UPDATE = """
    WITH told AS (SELECT * FROM unnest(%s::bigint[], %s::jsonb[]) AS t (id, traits)),
    held AS (
        SELECT c.id FROM customers_customer c JOIN told USING (id)
        WHERE c.store_id = %s ORDER BY c.id FOR NO KEY UPDATE OF c
    )
    UPDATE customers_customer AS c SET traits = jsonb_strip_nulls(c.traits || told.traits)
    FROM told JOIN held USING (id)
    WHERE c.id = told.id AND c.traits IS DISTINCT FROM jsonb_strip_nulls(c.traits || told.traits)
    RETURNING c.id
"""


# What is no number yet counts as none. Added to what the row says once it is held, not to what it said before.
_RAISE = """
    WITH told AS (SELECT * FROM unnest(%s::bigint[], %s::jsonb[]) AS t (id, amounts)),
    held AS (
        SELECT c.id FROM customers_customer c JOIN told USING (id)
        WHERE c.store_id = %s ORDER BY c.id FOR NO KEY UPDATE OF c
    )
    UPDATE customers_customer AS c SET traits = c.traits || (
        SELECT jsonb_object_agg(a.key, a.value::numeric + CASE jsonb_typeof(c.traits -> a.key)
            WHEN 'number' THEN (c.traits ->> a.key)::numeric ELSE 0 END)
        FROM jsonb_each_text(told.amounts) AS a
    )
    FROM told JOIN held USING (id) WHERE c.id = told.id RETURNING c.id
"""


@transaction.atomic(savepoint=False)
def publish_traits(*, store_id: int, rows: Sequence[tuple[int, Mapping[str, object]]], by: str, now: datetime) -> int:
    """Add traits to customers by id (None withdraws one); answers how many changed. Merged customers resolve."""
    people = survivors(store_id=store_id, ids={customer_id for customer_id, _ in rows})
    told: dict[int, dict[str, object]] = {}
    for customer_id, traits in rows:
        told.setdefault(people[customer_id], {}).update(traits)
    texts = [orjson.dumps(traits).decode() for traits in told.values()]
    changed = [row[0] for row in fetch(_UPDATE, [list(told), texts, store_id])]
    return _tell(store_id, changed, told, by=by, now=now)


@transaction.atomic(savepoint=False)
def raise_traits(*, store_id: int, rows: Sequence[tuple[int, Mapping[str, float]]], by: str, now: datetime) -> int:
    """Add to numbers among the traits of customers by id; answers how many changed. Merged customers resolve."""
    people = survivors(store_id=store_id, ids={customer_id for customer_id, _ in rows})
    told: dict[int, dict[str, float]] = {}
    for customer_id, traits in rows:
        sums = told.setdefault(people[customer_id], {})
        for name, amount in traits.items():
            sums[name] = sums.get(name, 0) + amount
    texts = [orjson.dumps(sums).decode() for sums in told.values()]
    changed = [row[0] for row in fetch(_RAISE, [list(told), texts, store_id])]
    return _tell(store_id, changed, told, by=by, now=now)


def _tell(
    store_id: int, changed: Sequence[int], told: Mapping[int, Mapping[str, object]], *, by: str, now: datetime
) -> int:
    event = {customer_id: CustomerUpdated([f"traits.{name}" for name in told[customer_id]]) for customer_id in changed}
    record([Fact(event[customer_id], store_id, now, customer_id, actor=by) for customer_id in sorted(changed)], now=now)
    return len(changed)
