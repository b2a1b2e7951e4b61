"""Signs of use: reported by devices, apps and the shop, or concluded from what the owner did with guides."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from aftercare.engagement.ownership.actions.scheduling import SERVICES
from aftercare.engagement.ownership.events import UsageBegan, UsageRecorded
from aftercare.engagement.ownership.schemas import UsageIn
from aftercare.engagement.ownership.vocabulary import Sign
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.events.actions import record
from aftercare.foundation.events.base import Fact
from aftercare.foundation.jobs.loops import wake
from aftercare.foundation.kit.errors import Invalid, Refusal
from aftercare.foundation.kit.intake import Intake, Outcome

# Devices' clocks are a little fast at times.
_AHEAD = timedelta(hours=24)
_KNOWN = "SELECT external_id FROM ownership_usageevent WHERE store_id = %s AND external_id = ANY(%s)"
# Whose each is: the line that is named; else the latest with this serial number; else the latest of the product that the
# customer bought. OFFSET 0 keeps each search to its own index.
_FIND = """
    SELECT i.place, coalesce(named.id, made.id, bought.id), coalesce(named.product_id, made.product_id, p.id),
           named.id IS NOT NULL, p.id IS NOT NULL, c.id IS NOT NULL
    FROM unnest(%(places)s::int[], %(orders)s::text[], %(lines)s::text[], %(serials)s::text[], %(products)s::text[],
                %(customers)s::text[]) AS i(place, order_id, line, serial, product, customer)
    LEFT JOIN LATERAL (
        SELECT l.id, l.product_id FROM orders_order AS o JOIN orders_line AS l ON l.order_id = o.id
        WHERE o.public_id = i.order_id AND o.store_id = %(store)s AND l.external_id = i.line OFFSET 0) AS named ON true
    LEFT JOIN LATERAL (
        SELECT id, product_id FROM orders_line
        WHERE i.serial <> '' AND serials <> '' AND string_to_array(serials, ' ') @> ARRAY[i.serial]
        AND store_id = %(store)s ORDER BY id DESC LIMIT 1) AS made ON true
    LEFT JOIN catalog_product AS p ON p.public_id = i.product AND p.store_id = %(store)s
    LEFT JOIN customers_customer AS c ON c.public_id = i.customer AND c.store_id = %(store)s
    LEFT JOIN LATERAL (
        SELECT l.id FROM orders_order AS o JOIN orders_line AS l ON l.order_id = o.id
        WHERE o.customer_id = c.id AND l.product_id = p.id AND l.quantity > l.cancelled_quantity
        ORDER BY o.placed_at DESC, l.id DESC LIMIT 1) AS bought ON true
"""
_COLUMNS = {
    "external_id": "text", "kind": "text", "at": "timestamptz", "uses": "int", "serial": "text", "line_id": "bigint",
    "product_id": "bigint",
}  # fmt: skip
_KEEP = f"""
    WITH kept AS (
        INSERT INTO ownership_usageevent (store_id, recorded_at, {", ".join(_COLUMNS)})
        SELECT %(store)s, %(now)s, * FROM unnest({", ".join(f"%({name})s::{kind}[]" for name, kind in _COLUMNS.items())})
        ON CONFLICT (store_id, external_id) DO NOTHING RETURNING *
    )
    SELECT k.id, k.external_id, k.kind, k.at, k.uses, k.serial, k.line_id, o.id, o.customer_id, coalesce(o.number, ''),
           coalesce(l.external_id, ''), coalesce(p.public_id, '')
    FROM kept AS k LEFT JOIN orders_line AS l ON l.id = k.line_id LEFT JOIN orders_order AS o ON o.id = l.order_id
    LEFT JOIN catalog_product AS p ON p.id = k.product_id
"""  # noqa: S608 -- constants of this module
_COUNT = """
    UPDATE ownership_service AS v SET uses = v.uses + c.uses,
        next_at = CASE WHEN v.due_at IS NULL AND v.uses + c.uses >= s.every THEN %(now)s ELSE v.next_at END
    FROM unnest(%(lines)s::bigint[], %(uses)s::int[]) AS c(line_id, uses), ownership_schedule AS s
    WHERE v.line_id = c.line_id AND s.id = v.schedule_id AND s.unit = 'uses' RETURNING 1
"""
# What is reported may be from before the carrier's last word; what was read before it arrived shows no use.
_BEGIN = """
    WITH told AS (
        SELECT DISTINCT ON (line_id) * FROM unnest(%(lines)s::bigint[], %(at)s::timestamptz[], %(signs)s::text[])
        AS t(line_id, at, sign) ORDER BY line_id, at
    ), known AS (
        SELECT o.line_id, o.first_used_at, t.at, t.sign FROM told AS t JOIN ownership_ownedline AS o USING (line_id)
        WHERE (o.first_used_at IS NULL OR t.at < o.first_used_at) AND (t.sign = %(reported)s OR t.at >= o.delivered_at)
        ORDER BY o.line_id FOR UPDATE OF o
    ), begun AS (
        UPDATE ownership_ownedline AS o SET first_used_at = k.at, first_use_sign = k.sign, check_at = NULL
        FROM known AS k WHERE o.line_id = k.line_id RETURNING o.line_id, k.first_used_at AS before, k.at, k.sign
    )
    SELECT l.store_id, r.customer_id, r.id, b.at, b.sign, r.number, l.external_id, l.title, coalesce(p.public_id, '')
    FROM begun AS b JOIN orders_line AS l ON l.id = b.line_id JOIN orders_order AS r ON r.id = l.order_id
    LEFT JOIN catalog_product AS p ON p.id = l.product_id WHERE b.before IS NULL
"""
_LINES = """
    SELECT l.id, t.at, t.sign FROM unnest(%(orders)s::bigint[], %(lines)s::text[], %(at)s::timestamptz[], %(signs)s::text[])
    AS t(order_id, line, at, sign) JOIN orders_line AS l ON l.order_id = t.order_id AND l.external_id = t.line
"""


class Signal(NamedTuple):
    """What the owner of a line (by its id at the shop) did, which shows use."""

    order_id: int
    line: str
    at: datetime
    sign: Sign


@transaction.atomic
def record_usage(*, store_id: int, told: Sequence[UsageIn], by: str, now: datetime) -> Intake:
    """Keep signs of use, each of one sender's id once; what it is of is looked up for all at once."""
    intake = Intake.of(len(told))
    known = {external_id for (external_id,) in fetch(_KNOWN, [store_id, [one.id for one in told]])}
    fresh: dict[str, int] = {}
    for place, one in enumerate(told):
        if one.id not in known:
            fresh.setdefault(one.id, place)
    rows: list[tuple[UsageIn, int | None, int | None]] = []
    for place, line_id, product_id, *known_ones in _found(store_id, told, list(fresh.values())):
        refusal = _refusal(told[place], *known_ones, now=now)
        if refusal is not None:
            intake.refuse(place, refusal)
        else:
            rows.append((told[place], line_id, product_id))
    kept = _keep(store_id, rows, now)
    for row in kept:
        intake.settle(fresh[row[1]], Outcome.CREATED, row[0])
    _tell(store_id, kept, by, now)
    return intake


def note_signals(*, signals: Sequence[Signal], now: datetime) -> None:
    """What was done with guides tells of use, where nothing said so before; in the caller's transaction."""
    columns = list(zip(*signals, strict=True))
    if columns:
        orders, lines, at, signs = columns
        found = fetch(_LINES, {
            "orders": list(orders), "lines": list(lines), "at": list(at), "signs": [str(sign) for sign in signs],
        })  # fmt: skip
        _begin(found, now)


def _found(store_id: int, told: Sequence[UsageIn], places: list[int]) -> list[tuple[Any, ...]]:
    chosen = [told[place] for place in places]
    return fetch(_FIND, {
        "store": store_id, "places": places, "orders": [one.order for one in chosen],
        "lines": [one.line for one in chosen], "serials": [one.serial.strip() for one in chosen],
        "products": [one.product for one in chosen], "customers": [one.customer for one in chosen],
    })  # fmt: skip


def _refusal(one: UsageIn, is_line: bool, is_product: bool, is_customer: bool, *, now: datetime) -> Refusal | None:  # noqa: FBT001 -- a row
    """Why it is not taken, if it is not: the first of these."""
    named = bool(one.order or one.serial or one.product)
    checks = (
        (one.at > now + _AHEAD,
         Invalid("This has not happened yet.", field="at", remedy="Check the clock of whoever sends it.")),
        (bool(one.order) != bool(one.line),
         Invalid("A line is named by its order and itself.", field="line", remedy="Give order and line, or neither.")),
        (bool(one.order) and not is_line, Invalid("There is no such line of such an order.", field="line")),
        (bool(one.product) and not is_product, Invalid("There is no such product.", field="product")),
        (bool(one.customer) and not is_customer, Invalid("There is no such customer.", field="customer")),
        (not named,
         Invalid("It is not said what was used.", field="line", remedy="Give order and line, serial, or product.")),
    )  # fmt: skip
    return next((refusal for is_wrong, refusal in checks if is_wrong), None)


def _keep(
    store_id: int, rows: Sequence[tuple[UsageIn, int | None, int | None]], now: datetime
) -> list[tuple[Any, ...]]:
    if not rows:
        return []
    return fetch(_KEEP, {
        "store": store_id, "now": now, "external_id": [one.id for one, _, _ in rows],
        "kind": [one.kind for one, _, _ in rows], "at": [one.at for one, _, _ in rows],
        "uses": [one.uses for one, _, _ in rows], "serial": [one.serial.strip() for one, _, _ in rows],
        "line_id": [line_id for _, line_id, _ in rows], "product_id": [product_id for _, _, product_id in rows],
    })  # fmt: skip


def _tell(store_id: int, kept: Sequence[tuple[Any, ...]], by: str, now: datetime) -> None:
    facts = []
    uses: dict[int, int] = defaultdict(int)
    for _id, key, kind, at, count, serial, line_id, order_id, customer_id, number, line, product in kept:
        event = UsageRecorded(
            usage=key, kind=kind, uses=count, number=number, line=line, product=product, serial=serial
        )
        facts.append(Fact(event, store_id, at, customer_id=customer_id, order_id=order_id, actor=by))
        if line_id:
            uses[line_id] += count
    record(facts, now=now)
    if uses:
        _begin([(row[6], row[3], Sign.REPORTED.value) for row in kept if row[6]], now)
        if fetch(_COUNT, {"lines": list(uses), "uses": list(uses.values()), "now": now}):
            wake(SERVICES)


def _begin(signs: Sequence[tuple[Any, ...]], now: datetime) -> None:
    rows = fetch(_BEGIN, {
        "lines": [line_id for line_id, _, _ in signs], "at": [at for _, at, _ in signs],
        "signs": [sign for _, _, sign in signs], "reported": Sign.REPORTED.value,
    })  # fmt: skip
    facts = [
        Fact(
            UsageBegan(number=number, line=line, title=title, product=product, sign=sign), store_id=store_id,
            occurred_at=at, customer_id=customer_id, order_id=order_id,
        )
        for store_id, customer_id, order_id, at, sign, number, line, title, product in rows
    ]  # fmt: skip
    record(facts, now=now)
