"""All that is needed to say when a parcel comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from aftercare.commerce.promises.estimating.clock import Clock
from aftercare.commerce.promises.estimating.columns import FACTORS, Codes, Floats, Parcels, labels_of
from aftercare.commerce.promises.estimating.conformal import Level, step_of
from aftercare.commerce.promises.estimating.effects import Effects
from aftercare.commerce.promises.estimating.tempo import Curve

Words = Sequence[dict[Any, int]]
SELLER = next(column for column, factor in enumerate(FACTORS) if factor.name == "seller")
_ALL = 0.999


@dataclass(frozen=True, slots=True)
class Ranges:
    """Moments, as days since 1970."""

    earliest: Floats
    likely: Floats
    latest: Floats


@dataclass(frozen=True, slots=True)
class Travellers:
    """Parcels to be predicted: encoded, with the code of the country whose holidays count, and when they began."""

    codes: Codes
    countries: Codes
    began: Floats

    def some(self, rows: Codes) -> "Travellers":
        return Travellers(self.codes[rows], self.countries[rows], self.began[rows])


@dataclass(frozen=True, slots=True)
class Model:
    """What was known at one midnight. `rates` is how many times as fast as others each seller's parcels are of late."""

    clock: Clock
    effects: Effects
    rates: Floats
    curve: Curve
    level: Level

    def ranges(self, *, parcels: Travellers, now: Floats) -> Ranges:
        """When parcels that have not come by `now` are to come."""
        started, pace, rates = self._standing(parcels)
        likely = self.likely(parcels)
        so_far = np.maximum(self.clock.working(now, parcels.countries) - started, 0) / pace

        def moment(steps: float) -> Floats:
            """When the share of them has come that was to come, seen from the beginning, within so many steps."""
            ages = np.maximum(likely + steps * step_of(likely), 0) / pace
            share = np.minimum(self.curve.share_by(ages=ages, rates=rates, so_far=np.zeros(len(pace))), _ALL)
            age = self.curve.age_at(share=share, rates=rates, so_far=so_far)
            return self.clock.calendar(started + pace * age, parcels.countries)

        return Ranges(moment(self.level.begins), moment(0), moment(self.level.ends))

    def likely(self, parcels: Travellers) -> Floats:
        """The working days within which one half comes."""
        _, pace, rates = self._standing(parcels)
        half, none = np.full(len(pace), 0.5), np.zeros(len(pace))
        return pace * self.curve.age_at(share=half, rates=rates, so_far=none)

    def share_by(self, *, parcels: Travellers, by: Floats, now: Floats) -> Floats:
        """How probably parcels that have not come by `now` come `by` then."""
        started, pace, rates = self._standing(parcels)
        so_far = np.maximum(self.clock.working(now, parcels.countries) - started, 0) / pace
        ages = np.maximum(self.clock.working(by, parcels.countries) - started, 0) / pace
        return self.curve.share_by(ages=ages, rates=rates, so_far=so_far)

    def _standing(self, parcels: Travellers) -> tuple[Floats, Floats, Floats]:
        started = self.clock.working(parcels.began, parcels.countries)
        return started, self.effects.pace(parcels.codes), self.rates[parcels.codes[:, SELLER]]


def learn_words(parcels: Parcels) -> Words:
    """A number for every value of every factor, 0 being kept for those never seen."""
    labels = labels_of(parcels)
    return [{value: 1 + at for at, value in enumerate(dict.fromkeys(labels[f.name]))} for f in FACTORS]


def encode(parcels: Parcels, words: Words) -> Codes:
    """A row for each parcel, a column for each factor."""
    labels = labels_of(parcels)
    columns = [[known.get(value, 0) for value in labels[f.name]] for f, known in zip(FACTORS, words, strict=True)]
    return np.array(columns, dtype=np.int64).reshape(len(FACTORS), len(parcels)).T
