"""Pages of a list by keyset: the next page costs what the first did, and rows that arrive meanwhile shift nothing."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from django.db import models
from django.db.models import Q

from aftercare.foundation.kit.errors import Invalid

Row = TypeVar("Row", bound=models.Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1
_LARGEST_UUID = 2**128 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of what lies behind and before them; empty on the last page and on the first."""

    rows: list[Row]
    following: str
    preceding: str = ""


class _Cursor(NamedTuple):
    key: datetime | int
    row_id: int
    backwards: bool


def page(
    queryset: "models.QuerySet[Row]", *, by: str, after: str = "", limit: int = 50, ascending: bool = False
) -> Page[Row]:
    """The rows on the far side of the cursor `after`, ordered by the time or number `by`, then id, greatest first.

    Either cursor of a page may be given as `after`. Raises Invalid where it is none of ours.
    """
    cursor = _read_cursor(after, queryset, by) if after else None
    backwards = cursor is not None and cursor.backwards
    rising = ascending != backwards
    if cursor is not None:
        queryset = _beyond(queryset, by, cursor, rising=rising)
    sign = "" if rising else "-"
    rows = list(queryset.order_by(f"{sign}{by}", f"{sign}pk")[: limit + 1])
    more = len(rows) > limit
    rows = rows[:limit]
    if backwards:
        rows.reverse()
    if not rows:
        return Page([], "")
    # A UUID travels as the number it is, and Django takes it as one.
    first = _cursor(getattr(rows[0], by), int(rows[0].pk), backwards=True)
    last = _cursor(getattr(rows[-1], by), int(rows[-1].pk), backwards=False)
    return Page(rows, last if more or backwards else "", first if (more if backwards else after) else "")


def _beyond(queryset: "models.QuerySet[Row]", by: str, cursor: _Cursor, *, rising: bool) -> "models.QuerySet[Row]":
    """The first condition lets PostgreSQL start in the index; the second settles rows of the very same instant."""
    towards = "gte" if rising else "lte"
    passed = Q(**{by: cursor.key}) & Q(**{f"pk__{'lte' if rising else 'gte'}": cursor.row_id})
    return queryset.filter(**{f"{by}__{towards}": cursor.key}).exclude(passed)


def _cursor(key: datetime | int, row_id: int, *, backwards: bool) -> str:
    number = (key - _EPOCH) // _MICROSECOND if isinstance(key, datetime) else key
    return urlsafe_b64encode(f"{number}.{row_id}.{int(backwards)}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str, queryset: "models.QuerySet[Row]", by: str) -> _Cursor:
    options = queryset.model._meta  # noqa: SLF001 -- Django's own API
    is_time = isinstance(options.get_field(by), models.DateTimeField)
    largest_id = _LARGEST_UUID if isinstance(options.pk, models.UUIDField) else _LARGEST
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        number, row_id, direction = map(int, text.split("."))
        key = _EPOCH + number * _MICROSECOND if is_time else number
    except (binascii.Error, ValueError, OverflowError):
        raise _damaged() from None
    if abs(number) > _LARGEST or not 0 <= row_id <= largest_id or direction not in {0, 1}:
        raise _damaged()
    return _Cursor(key, row_id, bool(direction))


def _damaged() -> Invalid:
    return Invalid("This page link is damaged.", field="cursor", remedy="Start again at the first page.")
