"""What is refused about credit, gift cards and codes."""

from typing import ClassVar

from aftercare.foundation.kit.errors import NotFound, Refusal


class KeyTaken(Refusal):
    """The key stands for something else already."""

    code: ClassVar[str] = "credit_key_taken"

    def __init__(self) -> None:
        super().__init__(
            "This key was used before, with another content.", field="key", remedy="Make a new key for every new thing."
        )


class NotEnoughCredit(Refusal):
    """There is less than is to be spent."""

    code: ClassVar[str] = "not_enough_credit"


class SpendingOver(Refusal):
    """The spending is no longer (or not yet) where this could be done to it."""

    code: ClassVar[str] = "spending_state"


class MoreThanSpent(Refusal):
    """More is to be given back than is left of what was spent."""

    code: ClassVar[str] = "more_than_spent"


class UnknownCard(NotFound):
    """No such card, or one that cannot be used: nobody learns which."""

    code: ClassVar[str] = "unknown_gift_card"

    def __init__(self) -> None:
        super().__init__("No gift card has this code.", field="code", remedy="Check it letter by letter.")


class CodeRefused(Refusal):
    """A code does not count for this basket; the sentence is for the shopper."""

    code: ClassVar[str] = "code_refused"


class RedemptionOver(Refusal):
    """The redemption is no longer where this could be done to it."""

    code: ClassVar[str] = "redemption_state"


class PromotionEnded(Refusal):
    """An ended promotion does not change."""

    code: ClassVar[str] = "promotion_ended"
