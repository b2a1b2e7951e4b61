"""What is done with guides: written by staff, and followed by customers."""

from aftercare.engagement.content.actions.following import note_opened, tick_step
from aftercare.engagement.content.actions.writing import (
    remove_guide,
    tie_collection,
    tie_product,
    untie_collection,
    untie_product,
    write_guide,
)

__all__ = [
    "note_opened", "remove_guide", "tick_step", "tie_collection", "tie_product", "untie_collection",
    "untie_product", "write_guide",
]  # fmt: skip
