"""Days of the year as people write them: 12-24."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

_LEAP_YEAR = 2024


def month_and_day(text: str) -> tuple[int, int]:
    """The month and the day; raises ValueError where there is no such day."""
    day = date.fromisoformat(f"{_LEAP_YEAR}-{text}")
    return day.month, day.day


def _checked(text: str) -> str:
    try:
        month_and_day(text)
    except ValueError:
        message = f"'{text}' is no day of the year; write month and day, such as 12-24"
        raise ValueError(message) from None
    return text


YearDayText = Annotated[str, AfterValidator(_checked)]
