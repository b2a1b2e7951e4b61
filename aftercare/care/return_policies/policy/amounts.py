"""Money of a line, to the smallest unit: shares of a quantity add up to what was paid, whatever is returned first."""

from aftercare.care.return_policies.policy.facts import LineFacts, OrderFacts


def share(*, paid: int, quantity: int, before: int, pieces: int) -> int:
    """What the next pieces cost after so many before them. All shares of a line together are exactly what was paid."""
    if quantity <= 0:
        return 0
    last = min(before + pieces, quantity)
    return paid * last // quantity - paid * min(before, quantity) // quantity


def refundable(*, order: OrderFacts, line: LineFacts, pieces: int) -> int:
    """For so many pieces more: never more than is left of the line, nor of the order."""
    part = share(paid=line.paid, quantity=line.quantity, before=line.returned, pieces=pieces)
    return max(min(part, line.paid - line.refunded, order.refundable), 0)
