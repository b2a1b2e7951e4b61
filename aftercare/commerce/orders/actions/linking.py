"""Tying lines to products that became known after they were ordered."""

from collections.abc import Sequence

from django.db import transaction

from aftercare.foundation.database.bulk import fetch, lock_for_transaction

# OFFSET keeps PostgreSQL at one index probe per key, however little it knows of a young table.
_LINK_BY_PRODUCT = """
    UPDATE orders_line AS l SET product_id = found.product_id, variant_id = found.variant_id FROM (
        SELECT awaiting.id, p.id AS product_id, v.id AS variant_id FROM catalog_product AS p
        CROSS JOIN LATERAL (
            SELECT id, order_id, variant_external_id FROM orders_line
            WHERE store_id = p.store_id AND product_external_id = p.external_id AND product_id IS NULL
            AND NOT product_external_id = '' OFFSET 0
        ) AS awaiting
        JOIN orders_order AS o ON o.id = awaiting.order_id AND o.source = p.source
        LEFT JOIN catalog_variant AS v ON v.product_id = p.id AND v.external_id = awaiting.variant_external_id
        WHERE p.store_id = %s AND p.public_id = ANY(%s)
    ) AS found WHERE l.id = found.id RETURNING 1
"""
_LINK_BY_SKU = """
    UPDATE orders_line AS l SET product_id = found.product_id, variant_id = found.variant_id FROM (
        SELECT DISTINCT ON (awaiting.id) awaiting.id, p.id AS product_id, v.id AS variant_id FROM catalog_product AS p
        JOIN catalog_variant AS v ON v.product_id = p.id AND v.sku <> ''
        CROSS JOIN LATERAL (
            SELECT id FROM orders_line
            WHERE store_id = p.store_id AND sku = v.sku AND product_id IS NULL
            AND product_external_id = '' AND NOT sku = '' OFFSET 0
        ) AS awaiting
        WHERE p.store_id = %s AND p.public_id = ANY(%s)
        ORDER BY awaiting.id, v.id
    ) AS found WHERE l.id = found.id RETURNING 1
"""


@transaction.atomic(savepoint=False)
def link_lines(*, store_id: int, products: Sequence[str]) -> int:
    """Tie lines that named a product, or only its SKU, before it was known; products by public id. Answers how many."""
    lock_for_transaction("commerce", store_id)
    linked = fetch(_LINK_BY_PRODUCT, [store_id, list(products)])
    return len(linked) + len(fetch(_LINK_BY_SKU, [store_id, list(products)]))
