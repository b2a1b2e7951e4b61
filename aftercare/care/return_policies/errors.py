"""What is refused about return policies."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Invalid, Refusal


class UnusablePolicy(Invalid):
    """A policy that cannot be read; `field` names the part at fault."""

    code: ClassVar[str] = "return_policy"


class NothingToPublish(Refusal):
    """There is no draft, or it says what is in force already."""

    code: ClassVar[str] = "nothing_to_publish"
    status: ClassVar[int] = 409


class NotPublishable(Refusal):
    """The draft has faults that must be mended first."""

    code: ClassVar[str] = "return_policy_faults"
    status: ClassVar[int] = 422


class Unknown(Invalid):
    """What was asked about is no order of the store, or no line of the order."""
