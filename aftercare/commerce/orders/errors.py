"""Why an order is not taken in. Each names the field as the shop wrote it, and what to do."""

from aftercare.foundation.kit.errors import Invalid


class DuplicateId(Invalid):
    """Two parts of one order have the same id."""

    code = "duplicate_id"

    def __init__(self, field: str, external_id: str) -> None:
        super().__init__(
            f"The id '{external_id}' stands twice in this order.", field=field, remedy="Give each its own id."
        )


class MoreThanOrdered(Invalid):
    """More is cancelled, refunded or fulfilled than there is."""

    code = "more_than_ordered"

    def __init__(self, field: str, *, given: int, at_most: int) -> None:
        sentence = f"{given} is more than the {at_most} there are."
        super().__init__(sentence, field=field, remedy=f"Give at most {at_most}.")


class UnknownLine(Invalid):
    """A fulfilment names a line the order does not have."""

    code = "unknown_line"

    def __init__(self, field: str, line: str) -> None:
        super().__init__(
            f"The order has no line '{line}'.", field=field, remedy="Name one of the ids under lines, or add the line."
        )


class AmbiguousRest(Invalid):
    """Two fulfilments both carry "the rest"."""

    code = "ambiguous_rest"

    def __init__(self, field: str) -> None:
        super().__init__(
            "Two fulfilments of this order say nothing of their lines.",
            field=field,
            remedy="Name the lines of all fulfilments but one.",
        )


class RefundsExceedTotal(Invalid):
    """More was given back than was ever paid."""

    code = "refunds_exceed_total"

    def __init__(self, *, refunded: str, total: str) -> None:
        super().__init__(
            f"Refunds come to {refunded}, the order to {total}; refunds reported before count too.",
            field="refunds",
            remedy="Correct the amounts, or send each refund under the id it had before.",
        )


class CurrencyChanged(Invalid):
    """The currency of an order is settled with its first version."""

    code = "currency_changed"

    def __init__(self, *, known: str) -> None:
        remedy = f"Send its amounts in {known}, or as a new order."
        super().__init__(f"This order is known in {known}.", field="currency", remedy=remedy)


class AmountTooLarge(Invalid):
    """A line costs more than can be counted."""

    code = "amount_too_large"

    def __init__(self, field: str) -> None:
        super().__init__("Price times quantity is out of range.", field=field, remedy="Check price and quantity.")
