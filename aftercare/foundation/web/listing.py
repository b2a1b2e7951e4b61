"""Lists in the console: what they are narrowed to, how they are sorted and where in them we are, all in the address.

The same address shows the same list, so a view is kept or passed on by its link.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from aftercare.foundation.database.keyset import Page

CURSOR, SORT = "cursor", "sort"
_FIRST_DAY, _LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)


class Sort(NamedTuple):
    """By which field, and which way round."""

    by: str
    ascending: bool


@dataclass(frozen=True)
class Column:
    """A column's head; `sort` is the field it can be sorted by, `hidden` leaves its name to screen readers."""

    label: Any
    sort: str = ""
    number: bool = False
    hidden: bool = False


@dataclass(frozen=True)
class View:
    """A way of looking at the list that has a name: the filters it sets."""

    label: Any
    filters: dict[str, str] = field(default_factory=dict)


class DayField(forms.DateField):
    """A day, chosen in the browser's own calendar."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def validate(self, value: date | None) -> None:
        if value is not None and not _FIRST_DAY <= value <= _LAST_DAY:
            raise forms.ValidationError(_("This day is too far away."))


class Filters(forms.Form):
    """What a list is narrowed to, read from the address. What does not fit narrows nothing: links grow old."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.GET, auto_id="filter_%s")
        self.offer()
        self.is_valid()

    def offer(self) -> None:
        """Set choices that have to be looked up, once per page."""

    def chosen(self, name: str) -> Any:
        """The value of a filter; None or an empty string where it is not on."""
        return self.cleaned_data.get(name)

    def start_of(self, name: str) -> datetime | None:
        """The first instant of a chosen day, in the zone of the reader's store."""
        day = self.chosen(name)
        return _midnight(day) if day else None

    def end_of(self, name: str) -> datetime | None:
        """The first instant that is no longer in the chosen day."""
        day = self.chosen(name)
        return _midnight(day + timedelta(days=1)) if day else None

    def active(self) -> list[tuple[str, str]]:
        """Name and value (as in the address) of every filter that is on."""
        return [(name, self.data[name]) for name, value in self.cleaned_data.items() if value]

    def shown(self, name: str, value: str) -> str:
        """A value as people read it."""
        choices = dict(getattr(self.fields[name], "choices", ()))
        if name in self.cleaned_data and isinstance(self.cleaned_data[name], date):
            return date_format(self.cleaned_data[name])
        return str(choices.get(value, value))


@dataclass(frozen=True)
class Listing:
    """All that the list template needs, ready to be shown."""

    rows: Sequence[Any]
    filters: Filters
    columns: list[dict[str, Any]]
    chips: list[dict[str, str]]
    views: list[dict[str, Any]]
    page: dict[str, str]
    is_narrowed: bool
    sort: str


def sorting(request: HttpRequest, *, allowed: Sequence[str], default: str) -> Sort:
    """How the address asks to sort (`total` upwards, `-total` downwards), or the default."""
    asked = request.GET.get(SORT, default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    return Sort(asked.removeprefix("-"), not asked.startswith("-"))


def cursor_of(request: HttpRequest) -> str:
    """Where in the list the address points; empty at its beginning."""
    return request.GET.get(CURSOR, "")


def address(request: HttpRequest, **changes: str) -> str:
    """This list with some parameters changed (an empty value takes one away), from its first page."""
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in request.GET.items() if value and name != CURSOR})
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def listing(
    request: HttpRequest, *, filters: Filters, page: "Page[Any]", columns: Sequence[Column], sort: Sort | None = None,
    views: Sequence[View] = (),
) -> Listing:  # fmt: skip
    """A page of rows with the links around it."""
    on = filters.active()
    return Listing(
        rows=page.rows,
        filters=filters,
        columns=[_head(request, column, sort) for column in columns],
        chips=[
            {"label": str(filters.fields[name].label), "value": filters.shown(name, value),
             "remove_url": address(request, **{name: ""})}
            for name, value in on if name != "q"
        ],
        views=[_view(request, view, dict(on)) for view in views],
        page={
            "previous_url": address(request, **{CURSOR: page.preceding}) if page.preceding else "",
            "next_url": address(request, **{CURSOR: page.following}) if page.following else "",
        },
        is_narrowed=bool(on),
        sort=request.GET.get(SORT, ""),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _head(request: HttpRequest, column: Column, sort: Sort | None) -> dict[str, Any]:
    head: dict[str, Any] = {"label": column.label, "number": column.number, "hidden": column.hidden}
    if not column.sort or sort is None:
        return head
    head["sort"] = "" if sort.by != column.sort else "ascending" if sort.ascending else "descending"
    falling_next = head["sort"] != "descending"
    head["url"] = address(request, **{SORT: f"-{column.sort}" if falling_next else column.sort})
    return head


def _view(request: HttpRequest, view: View, on: dict[str, str]) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    query.update(view.filters)
    url = f"{request.path}?{query.urlencode()}" if view.filters else request.path
    return {"label": view.label, "url": url, "active": on == view.filters}
