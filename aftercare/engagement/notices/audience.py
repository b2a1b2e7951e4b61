"""Whom a notice is for: one SQL for counting them and for writing them down."""

from typing import Any

from aftercare.engagement.notices.models import Notice
from aftercare.engagement.notices.policy import batches_of, serial_range
from aftercare.foundation.database.bulk import fetch

# Every order that brought one, sent back or not: who has given it on must hear of it too. The CASE keeps PostgreSQL from
# reading as a number what is none. Needs the alias `l`.
AFFECTED = """
    l.store_id = %(store)s AND l.product_id = %(product)s AND (
        %(variant)s::bigint IS NULL OR l.variant_id = %(variant)s OR (l.variant_id IS NULL AND l.sku = %(sku)s))
    AND l.quantity > l.cancelled_quantity
    AND (%(all)s OR lower(l.batch) = ANY(%(batches)s) OR (%(first)s::bigint IS NOT NULL AND EXISTS (
        SELECT 1 FROM unnest(string_to_array(lower(l.serials), ' ')) AS s(serial)
        WHERE CASE WHEN left(serial, length(%(prefix)s)) = %(prefix)s
                        AND substr(serial, length(%(prefix)s) + 1) ~ '^[0-9]{1,18}$'
                   THEN substr(serial, length(%(prefix)s) + 1)::bigint BETWEEN %(first)s AND %(last)s ELSE false END)))
"""
_COUNT = f"SELECT count(DISTINCT l.order_id) FROM orders_line AS l WHERE {AFFECTED}"  # noqa: S608 -- constants


def affected_by(notice: Notice) -> dict[str, Any]:
    """The parameters of `AFFECTED`."""
    span, batches = serial_range(notice.serial_from, notice.serial_to), batches_of(notice.batches)
    return {
        "store": notice.store_id, "product": notice.product_id, "variant": notice.variant_id,
        "sku": notice.variant.sku if notice.variant else "",
        "all": not batches and span is None, "batches": batches, "prefix": span.prefix if span else "",
        "first": span.first if span else None, "last": span.last if span else None,
    }  # fmt: skip


def count_audience(notice: Notice) -> int:
    """How many orders it is for, as far as is known now. One query."""
    return int(fetch(_COUNT, affected_by(notice))[0][0])
