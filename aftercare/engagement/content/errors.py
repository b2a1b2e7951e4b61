"""Why a guide cannot be written so."""

from typing import ClassVar

from aftercare.foundation.kit.errors import Refusal


class GuideExists(Refusal):
    """Another guide has this address in this language."""

    code: ClassVar[str] = "guide_exists"
