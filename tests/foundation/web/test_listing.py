"""Lists by their address: what is on, how it is sorted, and links that change one thing."""

from typing import Any

import pytest
from django import forms
from django.test import RequestFactory

from aftercare.foundation.database.keyset import Page
from aftercare.foundation.web.listing import Column, DayField, Filters, Sort, View, address, listing, sorting


class Things(Filters):
    kind = forms.ChoiceField(label="Kind", choices=[("", "All"), ("goods", "Goods")], required=False)
    since = DayField(label="Since")


def asked(**query: str) -> Any:
    return RequestFactory().get("/console/juniper/things/", query)


def test_what_does_not_fit_narrows_nothing() -> None:
    filters = Things(asked(kind="nonsense", since="yesterday", q="jug"))
    assert filters.active() == [("q", "jug")]
    assert filters.chosen("kind") is None


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_no_clock_can_hold_are_passed_over(day: str) -> None:
    assert Things(asked(since=day)).end_of("since") is None


def test_a_day_begins_and_ends_where_the_reader_is() -> None:
    filters = Things(asked(since="2026-11-22"))
    start, end = filters.start_of("since"), filters.end_of("since")
    assert start
    assert end
    assert (start.isoformat(), (end - start).days) == ("2026-11-22T00:00:00+00:00", 1)


def test_a_link_changes_one_thing_and_starts_at_the_first_page() -> None:
    request = asked(kind="goods", q="a b", cursor="xyz")
    assert address(request, q="c&d") == "/console/juniper/things/?kind=goods&q=c%26d"
    assert address(request, kind="", q="") == "/console/juniper/things/"


@pytest.mark.parametrize(
    ("query", "sort"),
    [({}, Sort("placed", ascending=False)), ({"sort": "total"}, Sort("total", ascending=True)),
     ({"sort": "-total"}, Sort("total", ascending=False)), ({"sort": "password"}, Sort("placed", ascending=False))],
)  # fmt: skip
def test_sorting_knows_only_what_is_allowed(query: dict[str, str], sort: Sort) -> None:
    assert sorting(asked(**query), allowed=("placed", "total"), default="-placed") == sort


def shown(request: Any, page: "Page[Any] | None" = None) -> Any:
    return listing(
        request, filters=Things(request), page=page or Page([], ""), columns=[Column("Total", sort="total", number=True)],
        sort=Sort("total", ascending=False), views=[View("All"), View("Goods", {"kind": "goods"})],
    )  # fmt: skip


def test_chips_say_what_is_on_and_how_to_take_it_away() -> None:
    found = shown(asked(kind="goods", since="2026-11-22", q="jug"))
    assert [(chip["label"], chip["value"]) for chip in found.chips] == [("Kind", "Goods"), ("Since", "Nov. 22, 2026")]
    assert found.chips[0]["remove_url"] == "/console/juniper/things/?since=2026-11-22&q=jug"


def test_the_view_that_is_shown_is_marked() -> None:
    assert [view["active"] for view in shown(asked(kind="goods")).views] == [False, True]
    assert [view["active"] for view in shown(asked(kind="goods", q="jug")).views] == [False, False]


def test_a_column_sorts_the_other_way_next() -> None:
    head = shown(asked(sort="-total")).columns[0]
    assert (head["sort"], head["url"]) == ("descending", "/console/juniper/things/?sort=total")


def test_pages_keep_what_is_on() -> None:
    found = shown(asked(kind="goods", cursor="old"), Page([], "next", "before"))
    assert found.page == {
        "previous_url": "/console/juniper/things/?kind=goods&cursor=before",
        "next_url": "/console/juniper/things/?kind=goods&cursor=next",
    }
