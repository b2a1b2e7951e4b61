"""Times as files write them: with a zone or without, in ISO 8601 or another format, a whole day or an instant."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aftercare.commerce.platforms.mapping.scope import CellProblem

_DAY = timedelta(days=1)
_TICK = timedelta(seconds=1)


def moment_reader(
    *, label: str, pattern: str | None, zone: str | None, end_of_day: bool
) -> Callable[[str], datetime | None]:
    """Reads a time; without an offset of its own it is local time in `zone`. Empty text is no time.

    `end_of_day` takes a date for a promise: what is promised "by the 20th" may come on the 20th until its end.
    """
    local = ZoneInfo(zone) if zone else None
    example = pattern or "2026-11-01T09:30:00+01:00"

    def read(text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.strptime(text, pattern) if pattern else datetime.fromisoformat(text)  # noqa: DTZ007 -- the zone follows
            if moment.tzinfo is None:
                if local is None:
                    raise CellProblem(
                        label, f"'{text}' has no time zone", "Set `zone` in the mapping.", kind="no time zone"
                    )
                moment = moment.replace(tzinfo=local)
            return moment.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY - _TICK if end_of_day else moment
        except (ValueError, OverflowError):
            raise CellProblem(
                label, f"'{text}' is not a time as in {example}", "Correct it.", kind="is not a time"
            ) from None

    return read
