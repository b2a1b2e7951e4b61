"""Public holidays of where parcels go."""

from collections.abc import Iterable
from datetime import date

from aftercare.foundation.stores.policy import public_holidays

_EPOCH = date(1970, 1, 1)


def holidays_of(*, country: str, years: Iterable[int]) -> dict[int, str]:
    """Names by days since 1970; empty where the calendar library knows none."""
    found = [public_holidays(country, "", year) for year in years]
    return {(day - _EPOCH).days: name for year in found for day, name in year.items()}
