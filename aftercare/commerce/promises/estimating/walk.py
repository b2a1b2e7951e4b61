"""A history gone through day by day, knowing at every midnight only what had happened by then."""

from collections.abc import Mapping
from math import exp

import numpy as np

from aftercare.commerce.promises.estimating.clock import EVEN_WEEK, Clock, make_clock, shares_of_week
from aftercare.commerce.promises.estimating.columns import Codes, Flags, Floats, Parcels
from aftercare.commerce.promises.estimating.conformal import Level, expected_steps, level_of, spread_of, step_of
from aftercare.commerce.promises.estimating.effects import Effects, fit_effects
from aftercare.commerce.promises.estimating.model import SELLER, Model, Travellers, Words, encode
from aftercare.commerce.promises.estimating.tempo import Tempo

REMEMBERED = 600.0  # days; what is older teaches nothing any more
GIVEN_UP = 75.0  # days after which a parcel is not expected to arrive at all
WARM_UP = 120  # days of predictions that it takes to know how good they are
_HALF_LIFE = 150.0
_WEEK_LEARNED_FROM = 180.0
_JUDGED = 90.0
_JUDGEMENT_FADES = (11.0, 45.0)  # days: the sooner, the more parcels there are to judge by
_JUDGED_BY = 1000  # parcels, if so many come within those days
_RELIVED = 60
_AHEAD = 400  # days past the last beginning that clocks reach


class Walk:
    """Learns from `parcels` as days pass: `advance` to a midnight, then ask `model`."""

    def __init__(
        self, *, parcels: Parcels, words: Words, holidays: Mapping[str, Mapping[int, object]], start: int,
        refit_days: int = 7, coverage: float = 0.8,
    ) -> None:  # fmt: skip
        """`holidays` has, for every country of a parcel, its holidays as days since 1970."""
        self._parcels, self._coverage, self._refit_days = parcels, coverage, refit_days
        self._holidays = list(holidays.values())
        self._sizes = tuple(1 + len(known) for known in words)
        at = {country: code for code, country in enumerate(holidays)}
        countries = np.array([at[country] for country in parcels.country], dtype=np.int64)
        self.travellers = Travellers(encode(parcels, words), countries, parcels.began)
        self._likely = np.full(len(parcels), np.nan)  # working days, as the model of its own day said
        self.day = start
        self._refit()
        self._level = self._judge()

    @property
    def model(self) -> Model:
        return Model(self._clock, self._effects, self._tempo.rates(), self._tempo.curve, self._level)

    def advance(self, *, day: int) -> None:
        """Live through every day up to the midnight at which `day` begins."""
        while self.day < day:
            today = self._rows(self._parcels.began >= self.day, self._parcels.began < self.day + 1)
            self._likely[today] = self.model.likely(self.travellers.some(today))
            self.day += 1
            if self.day >= self._refit_at:
                self._refit()
            else:
                self._live(self.day)
            self._level = self._judge()

    def _rows(self, *conditions: Flags) -> Codes:
        return np.flatnonzero(np.logical_and.reduce(conditions))

    def _refit(self) -> None:
        """The week's shape and everybody's pace, from all that is remembered."""
        now, began, ended = float(self.day), self._parcels.began, self._parcels.ended
        self._refit_at = self.day + self._refit_days
        self._clock = self._make_clock()
        self._began = self._clock.working(began, self.travellers.countries)
        self._ended = self._clock.working(ended, self.travellers.countries)
        rows = self._rows(began < now, began > now - REMEMBERED, (ended < now) | (began > now - GIVEN_UP))
        done = ended[rows] < now
        self._effects: Effects = fit_effects(
            codes=self.travellers.codes[rows], sizes=self._sizes, durations=self._lived(rows, self.day), ended=done,
            weights=0.5 ** ((now - began[rows]) / _HALF_LIFE),
        )  # fmt: skip
        self._pace = self._effects.pace(self.travellers.codes)
        # Ages are told in paces, so the recent days are lived through again in the new ones.
        self._tempo = Tempo(sellers=self._sizes[SELLER])
        for day in range(max(self.day - _RELIVED, int(began.min(initial=self.day))) + 1, self.day + 1):
            self._live(day)

    def _make_clock(self) -> Clock:
        began, ended = self._parcels.began, self._parcels.ended
        delivered = ended[(ended < self.day) & (ended > self.day - _WEEK_LEARNED_FROM)]
        return make_clock(
            shares=shares_of_week(delivered=delivered) if len(delivered) else EVEN_WEEK, holidays=self._holidays,
            first=int(began.min(initial=self.day)) - 1, last=int(began.max(initial=self.day)) + _AHEAD,
        )  # fmt: skip

    def _midnight(self, rows: Codes, day: int) -> Floats:
        return self._clock.working(np.full(len(rows), float(day)), self.travellers.countries[rows])

    def _lived(self, rows: Codes, day: int) -> Floats:
        """How long each had taken, or had been under way, at the midnight at which `day` begins; in working days."""
        until = np.where(self._parcels.ended[rows] < day, self._ended[rows], self._midnight(rows, day))
        return np.maximum(until - self._began[rows], 0)

    def _live(self, day: int) -> None:
        """Through the day that ends as `day` begins."""
        began, ended = self._parcels.began, self._parcels.ended
        rows = self._rows(began < day, began > day - GIVEN_UP, ended >= day - 1)
        opened, closed = self._midnight(rows, day - 1), self._midnight(rows, day)
        after = self._lived(rows, day) / self._pace[rows]
        before = np.clip((opened - self._began[rows]) / self._pace[rows], 0, after)
        self._tempo.live(
            before=before, after=after, arrived=ended[rows] < day, sellers=self.travellers.codes[rows, SELLER],
            worked=float((closed - opened).mean()) if len(rows) else 1.0,
        )  # fmt: skip

    def _judge(self) -> Level:
        """Hold what was said of recent parcels against what came."""
        began = self._parcels.began
        rows = self._rows(began < self.day, began > self.day - _JUDGED, np.isfinite(self._likely))
        likely = self._likely[rows]
        fades = float(np.clip(_JUDGED_BY * _JUDGED / max(len(rows), 1), *_JUDGEMENT_FADES))
        usual = float(np.median(likely)) if len(rows) else exp(self._effects.usual)
        spread = spread_of(
            steps=(self._lived(rows, self.day) - likely) / step_of(likely), came=self._parcels.ended[rows] < self.day,
            weights=np.exp((began[rows] - self.day) / fades),
            expected=expected_steps(curve=self._tempo.curve, pace=usual),
        )  # fmt: skip
        return level_of(spread=spread, coverage=self._coverage)
