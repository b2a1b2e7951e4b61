"""Settings of the store: what is saved, and what is refused with the field it stands in."""

from typing import Any

import pytest

from aftercare.foundation.staff.policy import Role
from aftercare.foundation.stores.models import Store
from tests.staffing import Staff
from tests.visiting import words_of

GENERAL = {
    "name": "Juniper & Oak", "locale": "de", "currency": "gbp", "time_zone": "Europe/London", "country": "gb",
    "region": "sct", "website": "juniper.example", "support_email": "help@juniper.example", "postal_address": "1 High St",
}  # fmt: skip
HOURS = {
    "mon": "09:00-12:30, 13:30-17:00",
    "sat": "10:00\N{EN DASH}24:00",
    "quiet_from": "22:00",
    "quiet_until": "07:30",
}


@pytest.fixture
def olga(store: Store) -> Staff:
    return Staff(store)


def test_the_store_is_changed(olga: Staff, store: Store) -> None:
    olga.do("settings", **GENERAL)
    store.refresh_from_db()
    assert (store.currency, store.country, store.region, store.time_zone) == ("GBP", "GB", "SCT", "Europe/London")
    assert (store.website, store.locale) == ("https://juniper.example", "de")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"currency": "XYZ"}, "This is no currency code"),
        ({"time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"country": "Germany"}, "Enter a valid value"),
        ({"country": "DE", "region": "SCT"}, "There is no such region. Known here: BB, BE"),
        ({"support_email": "nobody"}, "Enter a valid email address"),
        ({"name": ""}, "This field is required"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    olga: Staff, store: Store, wrong: dict[str, str], sentence: str
) -> None:
    page = olga.do("settings", expect=422, **{**GENERAL, **wrong})
    assert sentence in page.content.decode()
    store.refresh_from_db()
    assert store.currency == "EUR"


def test_whoever_may_only_read_sees_values_and_no_form(store: Store) -> None:
    ana = Staff(store, Role.ANALYST, "ana@juniper.example")
    html = ana.see("settings")
    assert "Only owners change settings" in html
    assert '<form class="form"' not in html
    ana.do("settings", expect=403, **GENERAL)


def test_the_colour_is_saved_and_shown_where_it_must_be_read(olga: Staff, store: Store) -> None:
    olga.do("settings_look", brand_color="#FFEE00", logo='<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    store.refresh_from_db()
    assert store.brand_color == "#ffee00"
    assert "adjusted so that it can be read" in words_of(olga.see("settings_look"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"brand_color": "green"}, "This is no colour"),
        ({"logo": "<html></html>"}, "This is no SVG"),
        ({"logo": f"<svg>{'x' * 60_000}</svg>"}, "larger than 60 kB"),
    ],
)
def test_what_is_no_look_is_refused(olga: Staff, wrong: dict[str, str], sentence: str) -> None:
    assert sentence in olga.do("settings_look", expect=422, **{"brand_color": "#3f5d4b", **wrong}).content.decode()


@pytest.mark.parametrize(("color", "swatches"), [("#123456", 2), ("javascript:alert(1)", 0), ("", 0)])
def test_a_colour_is_previewed_while_it_is_chosen(olga: Staff, color: str, swatches: int) -> None:
    html = olga.see("settings_look_preview", brand_color=color)
    assert html.count("<svg") == swatches
    assert "javascript" not in html


def test_hours_are_read_as_people_write_them(olga: Staff, store: Store) -> None:
    olga.do("settings_hours", **HOURS, closures="2026-12-24\n2026-12-31 2026-12-24")
    store.refresh_from_db()
    assert store.weekly_hours["mon"] == [["09:00", "12:30"], ["13:30", "17:00"]]
    assert (store.weekly_hours["sat"], store.weekly_hours["sun"]) == ([["10:00", "24:00"]], [])
    assert store.closures == ["2026-12-24", "2026-12-31"]
    assert "09:00\N{EN DASH}12:30, 13:30\N{EN DASH}17:00" in olga.see("settings_hours")


@pytest.mark.parametrize("hours", ["9-17", "17:00-09:00", "09:00-12:00, 11:00-13:00", "09:00-25:00", "all day"])
def test_hours_that_cannot_be_are_refused(olga: Staff, hours: str) -> None:
    page = olga.do("settings_hours", expect=422, **{**HOURS, "tue": hours}).content.decode()
    assert "Write spans such as" in page


def test_days_off_that_are_none_are_refused(olga: Staff) -> None:
    page = olga.do("settings_hours", expect=422, **HOURS, closures="Christmas").content.decode()
    assert "Write dates such as" in page


def test_holidays_ahead_are_told(olga: Staff, frozen: Any) -> None:
    assert "Christmas Day Friday, 25 December" in words_of(olga.see("settings_hours"))
