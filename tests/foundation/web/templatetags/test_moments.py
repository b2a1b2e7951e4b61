"""Moments are told in the reader's zone and language, relative to the page's own moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from tests.foundation.web.templatetags.rendering import render

DASH = "\u2013"
THIN = "\u2009"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin():
    with timezone.override(ZoneInfo("Europe/Berlin")), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("apart", "spoken"),
    [
        (timedelta(seconds=-40), "just now"),
        (timedelta(seconds=40), "just now"),
        (timedelta(minutes=-8), "8 minutes ago"),
        (timedelta(hours=-2), "2 hours ago"),
        (timedelta(hours=3), "in 3 hours"),
        (timedelta(days=-6), "6 days ago"),
        (timedelta(days=-8), "Saturday, 14 November"),
        (timedelta(days=-400), "Saturday, 18 October 2025"),
    ],
)
def test_when_says_how_long_ago(apart, spoken):
    shown = render("{% when moment %}", moment=NOW + apart, now=NOW)

    assert shown.endswith(f">{spoken}</time>")


@pytest.mark.parametrize(
    ("language", "apart", "spoken"),
    [
        ("en", timedelta(hours=-2), "2 hours ago"),
        ("en", timedelta(days=-8), "14 Nov"),
        ("en", timedelta(days=-400), "18 Oct 2025"),
        ("de", timedelta(days=-8), "14. Nov."),
    ],
)
def test_in_a_list_a_date_is_brief(language, apart, spoken):
    with translation.override(language):
        shown = render("{% when_brief moment %}", moment=NOW + apart, now=NOW)

    assert shown.endswith(f">{spoken}</time>")


def test_when_keeps_the_exact_time_for_machines_and_for_those_who_look_closer():
    shown = render("{% when moment %}", moment=NOW - timedelta(hours=2), now=NOW)

    assert shown == (
        '<time datetime="2026-11-22T09:00:00+01:00" title="Sunday, 22 November 2026, 09:00 CET">2 hours ago</time>'
    )


def test_when_speaks_the_readers_language():
    with translation.override("de"):
        assert "vor 2 Stunden" in render("{% when moment %}", moment=NOW - timedelta(hours=2), now=NOW)


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en", "Thursday, 26 November"),
        ("en-us", "Thursday, November 26"),
        ("de", "Donnerstag, 26. November"),
        ("fr", "jeudi 26 novembre"),
        ("es", "jueves, 26 de noviembre"),
        ("pt", "quinta-feira, 26 de novembro"),
        ("ar", "الخميس، 26 نوفمبر"),
    ],
)
def test_day_has_no_year_while_it_is_this_year(language, spoken):
    with translation.override(language):
        shown = render("{% day moment %}", moment=date(2026, 11, 26), now=NOW)

    assert shown.endswith(f">{spoken}</time>")


def test_day_has_the_year_where_it_is_another():
    shown = render("{% day moment %}", moment=date(2027, 1, 4), now=NOW)

    assert shown == '<time datetime="2027-01-04" title="Monday, 4 January 2027">Monday, 4 January 2027</time>'


def test_day_is_the_day_where_the_reader_is():
    shown = render("{% day moment %}", moment=datetime(2026, 11, 26, 23, 30, tzinfo=UTC), now=NOW)

    assert 'datetime="2026-11-27"' in shown


@pytest.mark.parametrize(
    ("language", "last", "spoken"),
    [
        ("en", date(2026, 11, 28), f"26{DASH}28 November"),
        ("en-us", date(2026, 11, 28), f"November 26{THIN}{DASH}{THIN}28"),
        ("de", date(2026, 11, 28), f"26.{DASH}28. November"),
        ("fr", date(2026, 11, 28), f"26{DASH}28 novembre"),
        ("es", date(2026, 11, 28), f"26{DASH}28 de noviembre"),
        ("pt", date(2026, 11, 28), f"26{THIN}{DASH}{THIN}28 de novembro"),
        ("ar", date(2026, 11, 28), f"26{DASH}28 نوفمبر"),
        ("en", date(2026, 12, 2), f"26 November{THIN}{DASH}{THIN}2 December"),
        ("en", date(2027, 1, 4), f"26 November 2026 {DASH} 4 January 2027"),
        ("en", date(2026, 11, 26), "Thursday, 26 November"),
    ],
)
def test_a_range_of_days_names_the_month_once(language, last, spoken):
    with translation.override(language):
        assert render("{% day_range first last %}", first=date(2026, 11, 26), last=last) == spoken


def test_clock_is_the_time_where_the_reader_is():
    assert render("{% clock moment %}", moment=NOW).endswith(">11:00</time>")


@pytest.mark.parametrize("tag", ["when", "day", "clock"])
def test_a_moment_that_is_not_known_is_empty(tag):
    assert render(f"{{% {tag} moment %}}", moment=None) == ""
