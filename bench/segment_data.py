"""A store with customers, what they agreed to, bought, and what happened to them: made in the database, from a seed."""

from datetime import datetime, timedelta

from django.db import connection

from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.partitions import ensure_partitions
from aftercare.foundation.stores.actions import open_store
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope

EVENTS_EACH = 10
_DAYS = 720
_CATEGORIES = ("Kitchen", "Textiles", "Garden", "Books", "Lighting")
# Spread evenly, the same for the same seed, whatever order the rows are made in.
_DICE = """
    CREATE OR REPLACE FUNCTION pg_temp.dice(n bigint, salt bigint, sides int) RETURNS int LANGUAGE sql IMMUTABLE AS
    $$ SELECT ((hashint8extended(n, salt) & 9223372036854775807) %% sides)::int $$
"""
_CUSTOMERS = """
    INSERT INTO customers_customer
        (public_id, store_id, name, email, phone, locale, time_zone, country, traits, search, created_at)
    SELECT 'cus_' || %(store)s || '_' || n, %(store)s, 'Customer ' || n, 'c' || n || '@example.com', '',
           (ARRAY['de', 'de-AT', 'fr', 'en'])[1 + pg_temp.dice(n, %(seed)s, 4)], 'Europe/Berlin',
           (ARRAY['DE', 'DE', 'DE', 'AT', 'FR', 'NL', 'GB', 'US', 'ES', 'PT'])[1 + pg_temp.dice(n, %(seed)s + 1, 10)],
           jsonb_build_object('tier', (ARRAY['gold', 'silver', 'none', 'none', 'none'])[1 + pg_temp.dice(n, %(seed)s + 2, 5)],
                              'visits', pg_temp.dice(n, %(seed)s + 3, 40)),
           'customer ' || n || ' c' || n || '@example.com', %(now)s - pg_temp.dice(n, %(seed)s + 4, 720) * interval '1 day'
    FROM generate_series(1, %(size)s) AS n
"""
_CONSENTS = """
    INSERT INTO customers_consent (store_id, customer_id, purpose, channel, granted, source, changed_at)
    SELECT store_id, id, 'marketing', 'email', pg_temp.dice(id, %(seed)s + 5, 4) > 0, 'checkout', created_at
    FROM customers_customer WHERE store_id = %(store)s AND pg_temp.dice(id, %(seed)s + 6, 3) > 0
"""
_ORDERS = """
    INSERT INTO orders_order (public_id, store_id, source, external_id, number, customer_id, email, phone, locale, placed_at,
        payment, progress, cancel_reason, currency, subtotal, shipping, discount, tax, total, refunded, shipping_address,
        billing_address, gift, po_number, note, tags, search, changed_at)
    SELECT 'ord_' || %(store)s || '_' || n, %(store)s, 'bench', n::text, '#' || n,
           %(first)s + (pg_temp.dice(n, %(seed)s + 7, %(size)s)::float8 / %(size)s) ^ 2 * (%(size)s - 1),
           'c@example.com', '', 'de',
           %(now)s - pg_temp.dice(n, %(seed)s + 8, 720 * 24) * interval '1 hour', 'paid', 'delivered', '', 'EUR', 0, 0, 0, 0,
           1000 + pg_temp.dice(n, %(seed)s + 9, 20000), 0,
           '{"recipient": "Sam Shopper", "street": "Lindenweg 4", "city": "Berlin", "postcode": "10115", "country": "DE"}',
           '{"recipient": "Sam Shopper", "street": "Lindenweg 4", "city": "Berlin", "postcode": "10115", "country": "DE"}',
           '{}', '', '', '[]', 'c@example.com', %(now)s
    FROM generate_series(1, %(size)s * 6 / 5) AS n
"""
_LINES = """
    INSERT INTO orders_line (store_id, order_id, external_id, product_external_id, variant_external_id, product_id, kind, sku,
        title, variant_title, image_url, quantity, cancelled_quantity, fulfilled_quantity, refunded_quantity, unit_price,
        discount, tax, total)
    SELECT store_id, id, '1', '', '', (%(products)s::bigint[])[1 + pg_temp.dice(id, %(seed)s + 10, %(kinds)s)], 'goods', '',
           'Jug', '', '', 1, 0, 1, 0, total, 0, 0, total
    FROM orders_order WHERE store_id = %(store)s
"""
# Half of them in the last third of the time, as in a shop that grows.
_EVENTS = """
    INSERT INTO events_event (id, store_id, type, occurred_at, recorded_at, customer_id, actor, data)
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(word, 1, 3) || '8'
            || substr(word, 4, 15))::uuid,
           %(store)s, type, at, at, %(first)s + n, 'shop', '{"number": "#1042", "shipment": "shp_7d0xk2m9qv4t8r1n"}'
    FROM generate_series(0, %(size)s - 1) AS n, generate_series(1, %(each)s) AS k,
         LATERAL (SELECT
            (ARRAY['order.placed', 'order.paid', 'shipment.delivered', 'order.delivered', 'message.sent', 'message.sent',
                   'message.sent', 'message.opened', 'message.opened', 'message.clicked'])
                [1 + pg_temp.dice(n * 16 + k, %(seed)s + 11, 10)] AS type,
            %(now)s - interval '1 second' * (%(span)s * (pg_temp.dice(n * 16 + k, %(seed)s + 12, 1000000) / 1e6) ^ 2) AS at,
            md5(n || '-' || k) AS word) AS made
"""


def make_store(*, size: int, seed: int, now: datetime) -> Store:
    """A store of so many customers, with ten events and one order and a fifth each."""
    ensure_partitions(now=now - timedelta(days=_DAYS + 1), months_ahead=_DAYS // 30 + 2)
    store = open_store(slug=f"segments-{size}", name="Segments", now=now)
    with store_scope(store.pk):
        products = [
            ProductIn.model_validate(
                {"id": f"p{n}", "title": f"Product {n}", "category": _CATEGORIES[n % 5], "variants": []}
            )
            for n in range(50)
        ]
        ids = record_products(store_id=store.pk, source="bench", products=products, now=now).ids
    told = {
        "store": store.pk, "size": size, "seed": seed, "now": now, "each": EVENTS_EACH, "span": _DAYS * 86_400,
        "products": ids, "kinds": len(ids),
    }  # fmt: skip
    execute(_DICE.replace("%%", "%"))
    execute(_CUSTOMERS, told)
    told["first"] = fetch("SELECT min(id) FROM customers_customer WHERE store_id = %s", [store.pk])[0][0]
    for statement in (_CONSENTS, _ORDERS, _LINES, _EVENTS):
        execute(statement, told)
    for table in ("customers_customer", "customers_consent", "orders_order", "orders_line", "events_event"):
        execute(f"VACUUM ANALYZE {table}")
    return store


def forget_all() -> None:
    """Empty what a store of another size has left."""
    read = "segments_activity, segments_purchase, segments_bought, segments_member, segments_backfill"
    execute(f"TRUNCATE stores_store, events_event, events_cursor, {read} CASCADE")


def execute(statement: str, parameters: object = None) -> None:
    """One statement whose rows nobody wants."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)  # type: ignore[arg-type]  # a sequence or a mapping
