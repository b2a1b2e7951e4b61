"""What holds for every page of the console, whichever capability it belongs to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from aftercare.engagement.journeys.actions.publish import install_builtin_journeys
from aftercare.engagement.messaging.actions.templates import install_builtin_templates
from aftercare.foundation.staff.policy import Permission, Role, role_may
from aftercare.foundation.stores.models import Store
from aftercare.foundation.stores.scope import store_scope
from tests.factories import NOW, make_store
from tests.staffing import Staff, live

SAMPLES = {
    "row_id": 1, "public_id": "xyz_1", "other_id": "xyz_2", "key": "thank_you", "locale": "en", "channel": "email",
    "grant": "xyz_3", "deed": "confirm",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("frozen")


def console_patterns() -> list[URLPattern]:
    """Every page under /console/<store>/."""
    found: list[URLPattern] = []
    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and str(entry.pattern) == "console/<slug:store>/":
            found += [pattern for pattern in entry.url_patterns if isinstance(pattern, URLPattern)]
    assert len(found) > 40
    return found


def path_of(pattern: URLPattern, store: Store) -> str:
    """An address that leads to the page, of things that are not there."""
    path = str(pattern.pattern)
    for name, value in SAMPLES.items():
        for kind in ("str", "int", "slug"):
            path = path.replace(f"<{kind}:{name}>", str(value))
    assert "<" not in path, f"give a sample for {path}"
    return f"/console/{store.slug}/{path}"


def answers(client: Client, store: Store) -> Iterator[tuple[str, Any, int, str]]:
    """For every page its name, view, and the status and target that a client gets, by POST where GET is refused."""
    for pattern in console_patterns():
        path = path_of(pattern, store)
        response = client.get(path)
        if response.status_code == 405:
            response = client.post(path)
        yield str(pattern.name), pattern.callback, response.status_code, response.headers.get("Location", "")


def test_every_page_names_its_permission() -> None:
    assert [pattern.name for pattern in console_patterns() if not hasattr(pattern.callback, "permission")] == []


def test_whoever_is_not_signed_in_is_asked_to(store: Store) -> None:
    olga = Staff(store)
    for name, _view, status, target in answers(Client(), store):
        assert (name, status) == (name, 302)
        assert target.startswith("/accounts/login/"), name
    assert olga.see("today")


def test_a_stranger_learns_nothing(store: Store) -> None:
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    assert {name: status for name, _view, status, _ in answers(mallory.client, store) if status != 404} == {}


def test_a_role_that_may_not_is_refused(store: Store) -> None:
    ana = Staff(store, Role.ANALYST, "ana@juniper.example")
    refused = {name for name, _view, status, _ in answers(ana.client, store) if status == 403}
    forbidden = {
        str(pattern.name)
        for pattern in console_patterns()
        if not role_may(role=Role.ANALYST, permission=_permission(pattern.callback))
    }
    assert refused == forbidden
    assert "journey_pause" in refused


def test_what_another_store_has_is_not_found(store: Store) -> None:
    _prepared(store)
    order = live(store, 1)
    mallory = Staff(make_store(slug="other"), email="mallory@other.example")
    assert mallory.get("order", order.public_id).status_code == 404


LISTS = (
    "orders", "customers", "shipments", "products", "messages", "journeys", "system", "imports", "suppressions",
    "staff", "tokens", "templates",
)  # fmt: skip


def test_lists_and_today_take_as_many_queries_for_three_as_for_one(store: Store) -> None:
    _prepared(store)
    olga = Staff(store)
    live(store, 1)
    pages = {name: olga.count_queries(name) for name in (*LISTS, "today")}
    searches = olga.count_queries("search", q="sam")
    live(store, 2)
    live(store, 3)
    assert {name: olga.count_queries(name) for name in pages} == pages
    assert olga.count_queries("search", q="sam") == searches
    assert max(pages.values()) < 35, pages


def test_every_list_shows_an_empty_state(store: Store) -> None:
    olga = Staff(store)
    for name in ("orders", "customers", "shipments", "products", "messages", "journeys", "system", "imports"):
        assert 'class="empty"' in olga.see(name), name


def test_filters_that_fit_nothing_say_so(store: Store) -> None:
    olga = Staff(store)
    assert "Nothing fits these filters" in olga.see("orders", q="nobody")


def test_a_damaged_page_link_is_refused_kindly(store: Store) -> None:
    assert "Start again at the first page" in Staff(store).see("orders", expect=422, cursor="%%%")


def _prepared(store: Store) -> None:
    with store_scope(store.pk):
        install_builtin_templates(store=store, now=NOW)
        install_builtin_journeys(store=store, now=NOW)


def _permission(view: Callable[..., Any]) -> Permission:
    return view.permission  # type: ignore[attr-defined]
