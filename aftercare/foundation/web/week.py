"""Figures of the last seven days against the seven before: tiles on Today."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from aftercare.foundation.stores.models import Store
from aftercare.foundation.web.templatetags.amounts import number, percent

DAYS = 7


def fortnight(store: Store, now: datetime) -> tuple[list[date], datetime]:
    """The last fourteen local days, today being the last, and the first instant of them."""
    today = now.astimezone(ZoneInfo(store.time_zone)).date()
    days = [today - timedelta(days=back) for back in range(2 * DAYS - 1, -1, -1)]
    return days, datetime.combine(days[0], time(0), ZoneInfo(store.time_zone))


def count_tile(
    label: Any,
    per_day: Mapping[date, int],
    days: Sequence[date],
    *,
    url: str = "",
    more_is: Literal["good", "bad", ""] = "",
) -> dict[str, Any]:
    """How many in the last seven days, against the seven before."""
    values = [per_day.get(day, 0) for day in days]
    before, now = sum(values[:DAYS]), sum(values[DAYS:])
    tile = {"label": label, "value": number(now), "values": values[DAYS:], "url": url, "hint": _("Last seven days")}
    if before:
        tile |= _change(percent(abs(now - before) / before), now - before, more_is)
    return tile


def share_tile(
    label: Any, per_day: Mapping[date, tuple[int, int]], days: Sequence[date], *, url: str = ""
) -> dict[str, Any]:
    """Which share in the last seven days, against the seven before; days without any are left out of the line."""
    before, now = _share(per_day, days[:DAYS]), _share(per_day, days[DAYS:])
    daily = [_share(per_day, [day]) for day in days[DAYS:]]
    tile = {
        "label": label,
        "value": "\N{EN DASH}" if now is None else percent(now),
        "values": [share for share in daily if share is not None],
        "url": url,
        "hint": _("Last seven days"),
    }
    if now is not None and before is not None:
        points = round(100 * abs(now - before))
        tile |= _change(_("%(points)s points") % {"points": number(points)}, now - before, "good")
    return tile


def _share(per_day: Mapping[date, tuple[int, int]], days: Sequence[date]) -> float | None:
    some = sum(per_day.get(day, (0, 0))[0] for day in days)
    of = sum(per_day.get(day, (0, 0))[1] for day in days)
    return some / of if of else None


def _change(text: str, by: float, more_is: str) -> dict[str, str]:
    if not by:
        return {"change": _("unchanged"), "tone": "neutral"}
    rises = by > 0
    tones = {("good", True): "good", ("good", False): "attention", ("bad", True): "attention", ("bad", False): "good"}
    return {
        "change": ("+" if rises else "\N{MINUS SIGN}") + text,
        "direction": "up" if rises else "down",
        "tone": tones.get((more_is, rises), "neutral"),
    }
