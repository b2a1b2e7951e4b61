"""SQL about a customer's orders, for the conditions that count or add them up."""

from aftercare.engagement.segments.asking import Passing, Question


def buyers(question: Question, *, days: int | None, currency: str = "", having: str = "") -> str:
    """That the customer `c` has orders, ever or in the last days, of which `having` is true; it speaks of them as `p`."""
    rows = "FROM segments_purchase p WHERE p.store_id = %(store)s AND p.customer_id = c.id"
    if days is not None:
        rows += f" AND p.placed_at > {question.ago(days)}"
    if currency:
        rows += f" AND p.currency = {question.value(currency)}"
    if not having:
        return f"EXISTS (SELECT {rows})"
    if question.few:
        return f"EXISTS (SELECT {rows} HAVING {having})"
    # Added up for everybody at once, and joined.
    grouped = rows.replace(" AND p.customer_id = c.id", "")
    added_up = f"SELECT p.customer_id {grouped} GROUP BY p.customer_id HAVING {having}"
    return f"EXISTS (SELECT FROM ({added_up}) g WHERE g.customer_id = c.id)"


def aged_purchases(passing: Passing, *, days: int | None) -> list[str]:
    """Those of whose orders one became so many days old meanwhile."""
    if days is None:
        return []
    aged = passing.turned("p.placed_at", days)
    return [f"SELECT p.customer_id FROM segments_purchase p WHERE p.store_id = %(store)s AND {aged}"]  # noqa: S608 -- placeholders only


def bought(question: Question, *, of: str, days: int | None) -> str:
    """That the customer `c` has bought one of the products whose ids the SELECT `of` answers."""
    since = f" AND b.placed_at > {question.ago(days)}" if days is not None else ""
    return f"EXISTS (SELECT FROM segments_bought b WHERE b.customer_id = c.id AND b.product_id IN ({of}){since})"


def aged_products(passing: Passing, *, of: str, days: int | None) -> list[str]:
    """Those whose purchase of such a product became so many days old meanwhile."""
    if days is None:
        return []
    aged = passing.turned("b.placed_at", days)
    return [f"SELECT b.customer_id FROM segments_bought b WHERE b.product_id IN ({of}) AND {aged}"]  # noqa: S608 -- placeholders only
