"""Why a notice cannot be treated so."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Refusal


class NotInThisState(Refusal):
    """It was published, or ended, in the meantime."""

    code: ClassVar[str] = "not_in_this_state"
