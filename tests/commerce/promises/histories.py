"""Made-up deliveries for the tests of this room."""

from dataclasses import replace

import numpy as np

from aftercare.commerce.promises.estimating.columns import Floats, Parcels

FIRST = 20_000  # a Friday in 2024
ZONES = {"north": 1.0, "south": 2.0, "island": 4.0}


def made_up(*, number: int, days: int = 300, seed: int = 1, slower_from: int | None = None) -> Parcels:
    """Parcels whose zone decides how long they take; from a day on everything takes twice as long."""
    random = np.random.default_rng(seed)
    began = np.sort(FIRST + random.uniform(0, days, number))
    zones = random.choice(list(ZONES), number)
    took = 3 * np.array([ZONES[zone] for zone in zones]) * random.lognormal(0, 0.35, number)
    if slower_from is not None:
        took = np.where(began >= FIRST + slower_from, took * 2, took)
    return of_times(began=began, ended=began + took, zones=[str(zone) for zone in zones])


def of_times(*, began: Floats, ended: Floats, zones: list[str]) -> Parcels:
    number = len(began)
    unknown, blank = np.full(number, np.nan), [""] * number
    return Parcels(
        began=began, ended=ended, promised=np.full(number, np.inf), weight=unknown, price=unknown, freight=unknown, origin=blank,
        destination=zones, place=blank, carrier=blank, service=blank, seller=blank, country=blank,
    )  # fmt: skip


def with_slow_places(parcels: Parcels) -> Parcels:
    """Each zone has a part called "hills" to which everything takes three times as long."""
    hills = np.arange(len(parcels)) % 2 == 1
    ended = np.where(hills, parcels.began + 3 * (parcels.ended - parcels.began), parcels.ended)
    return replace(parcels, ended=ended, place=["hills" if high else "plain" for high in hills])


def with_other_future(parcels: Parcels, *, after: int, seed: int) -> Parcels:
    """The same until a midnight; whatever ends later ends at another time or never."""
    random = np.random.default_rng(seed)
    other = after + random.uniform(0, 60, len(parcels))
    other[random.random(len(parcels)) < 0.3] = np.inf
    other = np.maximum(other, parcels.began)
    return replace(parcels, ended=np.where(parcels.ended < after, parcels.ended, other))
