"""Pages of a list by keyset: the next page costs what the first did, and rows that arrive meanwhile shift nothing."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Q

from aftercare.foundation.kit.errors import Invalid

Row = TypeVar("Row", bound=models.Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, newest first, and where the next ones start; `following` is empty on the last page."""

    rows: list[Row]
    following: str


def page(queryset: "models.QuerySet[Row]", *, by: str, after: str = "", limit: int = 50) -> Page[Row]:
    """The rows behind the cursor `after`, ordered by the time field `by`, then id, newest first.

    Raises Invalid where the cursor is none of ours.
    """
    if after:
        at, row_id = _read_cursor(after)
        # The first condition lets PostgreSQL start in the index; the second settles rows of the very same instant.
        queryset = queryset.filter(**{f"{by}__lte": at}).exclude(Q(**{by: at}) & Q(pk__gte=row_id))
    rows = list(queryset.order_by(f"-{by}", "-pk")[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, "")
    return Page(rows[:limit], _cursor(getattr(rows[limit - 1], by), rows[limit - 1].pk))


def _cursor(at: datetime, row_id: int) -> str:
    return urlsafe_b64encode(f"{(at - _EPOCH) // _MICROSECOND}.{row_id}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        at, _, row_id = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(".")
        return _EPOCH + int(at) * _MICROSECOND, int(row_id)
    except (binascii.Error, ValueError, OverflowError):
        raise Invalid("This page link is damaged.", field="cursor", remedy="Start again at the first page.") from None
