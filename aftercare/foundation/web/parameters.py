"""Parameters that many operations of the API share."""

from typing import Annotated

from ninja import Path
from pydantic import AfterValidator

from aftercare.foundation.kit.errors import Invalid
from aftercare.foundation.kit.schema import Text

# Ninja takes Path and Query for such only where they stand last in Annotated.
SOURCE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"
SOURCE_MEANING = "Which of your systems speaks. Ids are unique within it, so it stays the same for ever."

# Anything but NUL: what is no id of ours is not found, which tells more than a pattern.
PublicId = Annotated[str, Path(pattern=r"^[^\x00]+$", description="Our id of it, as answers give it.")]
SourceName = Annotated[str, Path(pattern=SOURCE_PATTERN, description=SOURCE_MEANING, examples=["shop"])]
ExternalId = Annotated[
    Text,
    AfterValidator(str.strip),
    Path(min_length=1, max_length=120, description="Your id of it; it may hold slashes.", examples=["1042"]),
]


def check_same_id(*, address: str, body: str | None) -> None:
    """Raise Invalid where the body speaks of another thing than the address."""
    if body != address:
        raise Invalid(
            "The body has another id than the address.", field="id", remedy=f"Send '{address}', or PUT there."
        )
