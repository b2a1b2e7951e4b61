"""Why customers are not merged, separated or recognised."""

from aftercare.foundation.kit.errors import Invalid, Refusal


class NotRecognisable(Invalid):
    """Nothing by which the customer could be found again."""

    code = "customer_not_recognisable"

    def __init__(self) -> None:
        super().__init__(
            "The customer has no id, no e-mail address and no phone number.",
            field="id",
            remedy="Give one of id, email and phone.",
        )


class SameCustomer(Refusal):
    """Both are the same person already."""

    code = "same_customer"

    def __init__(self) -> None:
        super().__init__("These two are one customer already.", remedy="Choose another customer to merge.")


class AlreadyMerged(Refusal):
    """One of the two has been merged into somebody before."""

    code = "already_merged"

    def __init__(self) -> None:
        super().__init__(
            "One of these customers has been merged into another before.",
            remedy="Merge the customer that is left, or separate the earlier merge first.",
        )


class AlreadySeparated(Refusal):
    """The merge has been undone before."""

    code = "already_separated"

    def __init__(self) -> None:
        super().__init__("This merge has been undone already.", remedy="Reload the page to see by whom.")
