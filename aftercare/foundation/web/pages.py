"""Pages of the API's lists: some items and an opaque cursor for the next ones."""

from typing import Annotated, Generic, TypeVar

from ninja import Query
from pydantic import BaseModel, Field

Item = TypeVar("Item")
MOST = 200

Cursor = Annotated[str, Query(max_length=200, description="The `next` of the page before; empty for the first page.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]


class Listed(BaseModel, Generic[Item]):
    """One page. `next` is empty on the last one."""

    items: list[Item]
    next: Annotated[str, Field(description="Send it as `cursor` to get the next page; empty on the last.")] = ""
