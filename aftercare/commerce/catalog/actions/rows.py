"""The rows of products, read and written in sets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from aftercare.commerce.catalog.policy import Description, ProductState, RelationKey, VariantState
from aftercare.foundation.database.bulk import copy_rows, fetch, reserve_ids, update_rows

_TAGS = Description._fields.index("tags")
_PRODUCT_TYPES = {
    "id": "bigint", "digest": "bytea", **dict.fromkeys(Description._fields, "text"), "tags": "jsonb",
    "warranty_months": "smallint", "archived_at": "timestamptz",
}  # fmt: skip
_VARIANT_TYPES = {
    "id": "bigint", **dict.fromkeys(VariantState._fields, "text"), "price": "bigint", "weight_g": "integer",
    "archived_at": "timestamptz",
}  # fmt: skip
# LIMIT and OFFSET inside keep PostgreSQL at one index probe per key, however little it knows of a young table.
_KNOWN = """
    SELECT key, p.id, p.digest FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT id, digest FROM catalog_product WHERE store_id = %s AND source = %s AND external_id = key LIMIT 1
    ) AS p
"""
_OWNERS = """
    SELECT key, p.external_id FROM json_array_elements_text(%s) AS key CROSS JOIN LATERAL (
        SELECT product_id FROM catalog_variant WHERE store_id = %s AND source = %s AND external_id = key LIMIT 1
    ) AS v JOIN catalog_product AS p ON p.id = v.product_id
"""
_RESOLVE = """
    UPDATE catalog_relation AS r SET target_id = found.target_id FROM (
        SELECT awaiting.id, target.id AS target_id FROM unnest(%s::{key_type}[]) AS key
        CROSS JOIN LATERAL (
            SELECT id, product_id, target_external_id FROM catalog_relation
            WHERE store_id = %s AND {key_column} = key AND target_id IS NULL OFFSET 0
        ) AS awaiting
        CROSS JOIN LATERAL (SELECT source FROM catalog_product WHERE id = awaiting.product_id LIMIT 1) AS product
        CROSS JOIN LATERAL (
            SELECT id FROM catalog_product WHERE store_id = %s AND source = product.source
            AND external_id = awaiting.target_external_id LIMIT 1
        ) AS target
        WHERE product.source = %s
    ) AS found WHERE r.id = found.id RETURNING 1
"""


@dataclass(slots=True)
class KnownProduct:
    """A product as its rows say, with the ids of its variants' rows."""

    id: int
    public_id: str
    state: ProductState
    digest: bytes | None
    variant_ids: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Writing:
    """One product to be written; `index` is its place in the batch."""

    index: int
    after: ProductState
    digest: bytes
    public_id: str
    known: KnownProduct | None
    id: int
    created_at: datetime | None


def known_digests(external_ids: Sequence[str], *, store_id: int, source: str) -> dict[str, tuple[int, bytes | None]]:
    """Row id and digest of those products that are known, by the shop's id."""
    rows = fetch(_KNOWN, [orjson.dumps(external_ids).decode(), store_id, source])
    return {key: (row_id, bytes(digest) if digest is not None else None) for key, row_id, digest in rows}


def owners_of_variants(external_ids: Iterable[str], *, store_id: int, source: str) -> dict[str, str]:
    """The product of each variant that is known; both by the shop's ids."""
    wanted = orjson.dumps(list(external_ids)).decode()
    return dict(fetch(_OWNERS, [wanted, store_id, source]))


def load(ids: Sequence[int], *, store_id: int) -> dict[int, KnownProduct]:
    """Products with variants and relations, by row id. Three queries."""
    if not ids:
        return {}
    products = {}
    columns = ", ".join(Description._fields)
    for row_id, public_id, digest, *values in fetch(
        f"SELECT id, public_id, digest, {columns} FROM catalog_product"  # noqa: S608 -- columns are constants
        " WHERE store_id = %s AND id = ANY(%s)",
        [store_id, ids],
    ):
        values[_TAGS] = orjson.loads(values[_TAGS])
        state = ProductState(Description._make(values), {}, set())
        products[row_id] = KnownProduct(row_id, public_id, state, bytes(digest) if digest is not None else None)
    columns = ", ".join(VariantState._fields)
    for row_id, product_id, *values in fetch(
        f"SELECT id, product_id, {columns} FROM catalog_variant"  # noqa: S608 -- columns are constants
        " WHERE store_id = %s AND product_id = ANY(%s)",
        [store_id, ids],
    ):
        variant = VariantState._make(values)
        products[product_id].state.variants[variant.external_id] = variant
        products[product_id].variant_ids[variant.external_id] = row_id
    for product_id, kind, target in fetch(
        "SELECT product_id, kind, target_external_id FROM catalog_relation"
        " WHERE store_id = %s AND product_id = ANY(%s)",
        [store_id, ids],
    ):
        products[product_id].state.relations.add(RelationKey(kind, target))
    return products


def write(writings: Sequence[Writing], *, store_id: int, source: str, now: datetime) -> None:
    """Write what is new and what changed; sets the row ids of new products."""
    fresh = [writing for writing in writings if writing.known is None]
    if fresh:
        for writing, row_id in zip(fresh, reserve_ids("catalog_product", len(fresh)), strict=True):
            writing.id = row_id
        own = ("store_id", "source", "id", "public_id", "digest", "created_at")
        copy_rows("catalog_product", (*own, *Description._fields), (
            (
                store_id, source, writing.id, writing.public_id, writing.digest, writing.created_at or now,
                *_values(writing),
            )
            for writing in fresh
        ))  # fmt: skip
    update_rows("catalog_product", _PRODUCT_TYPES, [
        (writing.id, writing.digest, *_values(writing)) for writing in writings if writing.known
    ])  # fmt: skip
    _write_variants(writings, store_id, source)
    _write_relations(writings, store_id)


def _values(writing: Writing) -> list[Any]:
    values = list(writing.after.description)
    values[_TAGS] = orjson.dumps(values[_TAGS]).decode()
    return values


def _write_variants(writings: Iterable[Writing], store_id: int, source: str) -> None:
    fresh: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    for writing in writings:
        known = writing.known
        for key, variant in writing.after.variants.items():
            if known is None or key not in known.variant_ids:
                fresh.append((store_id, source, writing.id, *variant))
            elif known.state.variants[key] != variant:
                changed.append((known.variant_ids[key], *variant))
    if fresh:
        copy_rows("catalog_variant", ("store_id", "source", "product_id", *VariantState._fields), fresh)
    update_rows("catalog_variant", _VARIANT_TYPES, changed)


def _write_relations(writings: Iterable[Writing], store_id: int) -> None:
    gone: list[tuple[int, str, str]] = []
    fresh: list[tuple[object, ...]] = []
    for writing in writings:
        before = writing.known.state.relations if writing.known else set()
        gone += [(writing.id, *key) for key in before - writing.after.relations]
        fresh += [(store_id, writing.id, *key) for key in sorted(writing.after.relations - before)]
    if gone:
        fetch(
            "DELETE FROM catalog_relation AS r USING unnest(%s::bigint[], %s::text[], %s::text[])"
            " AS gone (product_id, kind, target) WHERE r.store_id = %s AND r.product_id = gone.product_id"
            " AND r.kind = gone.kind AND r.target_external_id = gone.target RETURNING 1",
            [*(list(column) for column in zip(*gone, strict=True)), store_id],
        )
    if fresh:
        copy_rows("catalog_relation", ("store_id", "product_id", "kind", "target_external_id"), fresh)


def resolve_relations(
    *, product_ids: Sequence[int], arrived: Sequence[str], store_id: int, source: str
) -> list[tuple[int, str]]:
    """Tie relations to targets that are known now; answers which of these products still await which target."""
    of_products = _RESOLVE.format(key_type="bigint", key_column="product_id")
    fetch(of_products, [product_ids, store_id, store_id, source])
    to_arrivals = _RESOLVE.format(key_type="text", key_column="target_external_id")
    fetch(to_arrivals, [arrived, store_id, store_id, source])
    return [
        (row[0], row[1])
        for row in fetch(
            "SELECT product_id, target_external_id FROM catalog_relation"
            " WHERE store_id = %s AND target_id IS NULL AND product_id = ANY(%s) ORDER BY id",
            [store_id, product_ids],
        )
    ]
