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
