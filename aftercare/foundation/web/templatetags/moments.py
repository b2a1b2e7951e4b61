"""Dates and times as people say them, in the zone that is active for the reader and in the reader's language."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from aftercare.foundation.kit import clock as own_clock
from aftercare.foundation.web.slots import is_slotted, slot_of_moment
from aftercare.foundation.web.templatetags.locale import reading_locale

register = template.Library()

RELATIVE_FOR_DAYS = 7


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None) -> SafeString:
    """`{% when event.occurred_at %}`: "2 hours ago", from a week on the date; the exact time is on hover."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    if is_slotted(context.get("request")):
        return _moment_element(local, slot_of_moment(local.isoformat()))
    return _moment_element(local, spoken_time(local, now=_now(context)))


@register.simple_tag(takes_context=True)
def when_brief(context: Context, moment: datetime | None) -> SafeString:
    """`{% when_brief row.opened_at %}`: as `when`, but with "26 Nov" for a date, where many stand below each other."""
    if moment is None:
        return SafeString("")
    local, now = timezone.localtime(moment), _now(context)
    if abs((local - now).days) < RELATIVE_FOR_DAYS:
        return _moment_element(local, spoken_time(local, now=now))
    skeleton = "MMMd" if local.year == now.year else "yMMMd"
    return _moment_element(local, _by_skeleton(local.date(), skeleton, reading_locale()))


@register.simple_tag(takes_context=True)
def day(context: Context, moment: date | None) -> SafeString:
    """`{% day promise.latest %}`: "Thursday, 26 November", with the year where it is not this one."""
    if moment is None:
        return SafeString("")
    local = _local_date(moment)
    exact = _full_date(local, reading_locale())
    return _time_element(local.isoformat(), exact, spoken_day(local, today=_now(context).date()))


@register.simple_tag
def day_range(first: date | None, last: date | None) -> SafeString:
    """`{% day_range promise.earliest promise.latest %}`: "26-28 November"."""
    if first is None or last is None:
        return SafeString("")
    return format_html("{}", spoken_range(_local_date(first), _local_date(last)))


@register.simple_tag
def clock(moment: datetime | None) -> SafeString:
    """`{% clock window.start %}`: "14:02"."""
    if moment is None:
        return SafeString("")
    local = timezone.localtime(moment)
    spoken = _short_time(local, reading_locale())
    return _time_element(local.isoformat(timespec="minutes"), exact_time(local), spoken)


def spoken_time(local: datetime, *, now: datetime) -> str:
    """How long ago or ahead `local` is; a date once that says more than a number of weeks."""
    apart = local - now
    if abs(apart.days) >= RELATIVE_FOR_DAYS:
        return spoken_day(local.date(), today=now.date())
    if abs(apart.total_seconds()) < 60:
        return gettext("just now")
    return _spoken_apart(round(apart.total_seconds() / 60), reading_locale())


def spoken_day(local: date, *, today: date) -> str:
    """ "Thursday, 26 November"; the year is said only where it is not the current one."""
    locale = reading_locale()
    return _without_year(local, locale) if local.year == today.year else _full_date(local, locale)


def spoken_range(first: date, last: date) -> str:
    """ "26-28 November", "29 November - 2 December"; across a new year both with their year."""
    locale = reading_locale()
    if first == last:
        return _without_year(first, locale)
    if first.year != last.year:
        return f"{format_date(first, 'long', locale=locale)} \u2013 {format_date(last, 'long', locale=locale)}"
    start, end = _range_patterns(locale, "d" if first.month == last.month else "M")
    return format_date(first, start, locale=locale) + format_date(last, end, locale=locale)


def exact_time(local: datetime) -> str:
    """ "Thursday, 26 November 2026, 14:02 CET"."""
    locale = reading_locale()
    return pgettext("date, time and zone", "{date}, {time} {zone}").format(
        date=_full_date(local.date(), locale), time=_short_time(local, locale), zone=local.tzname()
    )


def _moment_element(local: datetime, spoken: str) -> SafeString:
    return _time_element(local.isoformat(timespec="seconds"), exact_time(local), spoken)


def _time_element(machine: str, exact: str, spoken: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', machine, exact, spoken)


def _now(context: Context) -> datetime:
    # A page may fix its own moment, so that everything on it is told from the same one.
    given = context.get("now")
    return timezone.localtime(given if isinstance(given, datetime) else own_clock.now())


def _local_date(moment: date) -> date:
    return timezone.localtime(moment).date() if isinstance(moment, datetime) else moment


# Formatting by CLDR costs 30 microseconds, and a page tells the same few days and hours again and again.
@lru_cache(maxsize=4096)
def _full_date(local: date, locale: str) -> str:
    return str(format_date(local, "full", locale=locale))


def _short_time(local: datetime, locale: str) -> str:
    return _minute_of_day(local.hour, local.minute, locale)


@lru_cache(maxsize=4096)
def _minute_of_day(hour: int, minute: int, locale: str) -> str:
    return str(format_time(time(hour, minute), "short", locale=locale))


@lru_cache(maxsize=4096)
def _spoken_apart(minutes: int, locale: str) -> str:
    apart = timedelta(minutes=minutes)
    return str(format_timedelta(apart, granularity="minute", threshold=1, add_direction=True, locale=locale))


@lru_cache(maxsize=4096)
def _by_skeleton(local: date, skeleton: str, locale: str) -> str:
    return format_skeleton(skeleton, local, locale=locale)


@lru_cache(maxsize=4096)
def _without_year(local: date, locale: str) -> str:
    return format_date(local, _pattern_without_year(locale), locale=locale)


@cache
def _pattern_without_year(locale: str) -> str:
    """CLDR's own skeleton for this abbreviates the day's name in most languages, so the full pattern is cut instead.

    Languages that put the year first keep it.
    """
    full = Locale.parse(locale).date_formats["full"].pattern
    return re.sub(r"[\s,\u060c]*(?:'del?')?\s*y+$", "", full)


@cache
def _range_patterns(locale: str, differing: str) -> tuple[str, str]:
    """Patterns for start and end. Most languages come with abbreviated months only; the words are spelt out here."""
    intervals = Locale.parse(locale).interval_formats
    start, end = intervals.get("MMMMd", intervals["MMMd"])[differing]
    return _spell_out_month(start), _spell_out_month(end)


def _spell_out_month(pattern: str) -> str:
    return re.sub(r"(?<!M)MMM(?!M)|(?<!L)LLL(?!L)", lambda month: month[0] + month[0][0], pattern)
