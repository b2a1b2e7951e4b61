"""What is refused about claims."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Invalid, Refusal


class NotClaimable(Refusal):
    """The plan does not cover it, or not now; the sentence says when or why."""

    code: ClassVar[str] = "not_claimable"
    status: ClassVar[int] = 409


class NotNow(Refusal):
    """The claim is no longer (or not yet) where this could be done to it."""

    code: ClassVar[str] = "claim_state"
    status: ClassVar[int] = 409


class UnusablePhoto(Invalid):
    """A file that is no photo, or too large."""

    code: ClassVar[str] = "unusable_photo"
