"""Drafts that several people may change: whoever writes says which revision they saw, and 0 where they saw none."""

from collections.abc import Callable
from typing import Protocol

from aftercare.foundation.kit.errors import Refusal


class DraftChanged(Refusal):
    """Somebody else has changed, published or discarded the draft since it was read."""

    code = "draft_changed"


class Revised(Protocol):
    """A draft that counts its changes and remembers by whom the last one was."""

    revision: int
    changed_by: str


def check_revision(draft: Revised | None, *, seen: int, name_of: Callable[[str], str]) -> None:
    """Raises DraftChanged where the draft is no longer the one that was seen; `name_of` is how an actor is called."""
    if (draft.revision if draft else 0) == seen:
        return
    if draft is None:
        raise DraftChanged(
            "The draft you were changing has been published or discarded.", field="revision",
            remedy="Look at it as it is now.",
        )  # fmt: skip
    raise DraftChanged(
        f"{name_of(draft.changed_by)} has changed this draft meanwhile.", field="revision",
        remedy="Look at it as it is now, then make your change again.",
    )  # fmt: skip
