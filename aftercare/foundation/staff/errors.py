"""Why staff changes are refused."""

from aftercare.foundation.kit.errors import Refusal


class LastOwner(Refusal):
    """A store without an owner could never be changed again."""

    code = "last_owner"

    def __init__(self) -> None:
        super().__init__("This is the store's only owner.", field="role", remedy="Make someone else an owner first.")


class AlreadyStaff(Refusal):
    """The person works here already."""

    code = "already_staff"

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} works in this store already.", field="email", remedy="Change their role instead.")


class InvitationEnded(Refusal):
    """Forged, expired, used, taken back or sent again: whoever holds the link learns no more than that."""

    code = "invitation_ended"
    status = 404

    def __init__(self) -> None:
        super().__init__("This invitation no longer works.", remedy="Ask whoever invited you to send another one.")


class NotInvited(Refusal):
    """The invitation is for somebody else than who is signed in."""

    code = "not_invited"
    status = 403

    def __init__(self, email: str) -> None:
        super().__init__(f"This invitation is for {email}.", remedy="Sign out, then open its link again.")


class AccountExists(Refusal):
    """Somebody with this address has an account; only they may join with it."""

    code = "account_exists"

    def __init__(self) -> None:
        super().__init__("You have an account already.", field="email", remedy="Sign in, then open the link again.")
