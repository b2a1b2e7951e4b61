"""A model with its words as bytes, and back."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import orjson

from aftercare.commerce.promises.estimating.clock import make_clock
from aftercare.commerce.promises.estimating.columns import FACTORS, Codes, Floats, Parcels
from aftercare.commerce.promises.estimating.conformal import Level
from aftercare.commerce.promises.estimating.effects import Effects
from aftercare.commerce.promises.estimating.model import Model, Travellers, Words, encode
from aftercare.commerce.promises.estimating.tempo import Curve

_DIGITS = 5
_COLUMNS = {factor.name: column for column, factor in enumerate(FACTORS)}
Calendar = Callable[[str], Mapping[int, object]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A model, the words it knows, and the countries whose holidays it knows by their code."""

    model: Model
    words: Words
    countries: Mapping[str, int]

    def travellers(self, parcels: Parcels) -> Travellers:
        """Parcels to be predicted; a country nobody knows has no holidays."""
        known = np.array([self.countries.get(country, 0) for country in parcels.country], dtype=np.int64)
        return Travellers(encode(parcels, self.words), known, parcels.began)

    def support(self, travellers: Travellers, factor: str) -> Floats:
        """How many recent deliveries had the same value of a factor."""
        column = _COLUMNS[factor]
        known: Floats = self.model.effects.support[column][travellers.codes[:, column]]
        return np.where(travellers.codes[:, column] > 0, known, 0.0)


def to_bytes(*, model: Model, words: Words, countries: Iterable[str]) -> bytes:
    """`countries` in the order of their codes, the first being "" for all others."""
    clock, effects = model.clock, model.effects
    return orjson.dumps({
        "clock": [clock.first, clock.first + clock.passed.shape[1] - 1, _short(clock.shares)],
        "countries": list(countries), "words": [list(known) for known in words], "usual": effects.usual,
        "effects": [_short(effect) for effect in effects.effects],
        "support": [_short(support) for support in effects.support], "rates": _short(model.rates),
        "curve": _short(model.curve.accumulated), "level": [model.level.begins, model.level.ends],
    })  # fmt: skip


def from_bytes(content: bytes, *, holidays: Calendar) -> Kept:
    """`holidays` tells those of a country, as days since 1970."""
    read = orjson.loads(content)
    first, last, shares = read["clock"]
    clock = make_clock(
        shares=np.array(shares), holidays=[holidays(country) for country in read["countries"]], first=first, last=last
    )
    effects = Effects(read["usual"], _arrays(read["effects"]), _arrays(read["support"]))
    model = Model(clock, effects, np.array(read["rates"]), Curve(np.array(read["curve"])), Level(*read["level"]))
    words = [{label: 1 + at for at, label in enumerate(known)} for known in read["words"]]
    return Kept(model, words, {country: code for code, country in enumerate(read["countries"])})


def _short(values: Floats | Codes) -> list[float]:
    found: list[float] = np.round(values, _DIGITS).tolist()
    return found


def _arrays(lists: Iterable[list[float]]) -> tuple[Floats, ...]:
    return tuple(np.array(values, dtype=np.float64) for values in lists)
