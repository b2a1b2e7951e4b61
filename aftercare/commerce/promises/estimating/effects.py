"""The usual pace of a parcel: additive effects on the logarithm of its duration, each pulled towards none.

Empirical Bayes in its simplest form: the effect of a value seen W times (recent parcels count more) is its mean
residual times W / (W + pull), so that a lane nobody knows falls back on its destination, its carrier, the store.
Parcels still under way count as "longer than so far": Buckley & James (1979), with normal residuals.
"""

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np

from aftercare.commerce.promises.estimating.columns import FACTORS, Codes, Flags, Floats

_ROUNDS = 3
_IMPUTATIONS = 2
_FIRST_GUESS = log(7)  # days, of a store without any history
_LEAST_DURATION = 0.25


@dataclass(frozen=True, slots=True)
class Effects:
    """`support` is how many recent parcels each value's effect rests on."""

    usual: float
    effects: tuple[Floats, ...]
    support: tuple[Floats, ...]

    def pace(self, codes: Codes) -> Floats:
        """Working days that are usual for each row of codes (one column per factor)."""
        return np.exp(self.usual + self.excess(codes))

    def excess(self, codes: Codes) -> Floats:
        total = np.zeros(len(codes))
        for column, effect in enumerate(self.effects):
            total += effect[codes[:, column]]
        return total


def fit_effects(*, codes: Codes, sizes: tuple[int, ...], durations: Floats, ended: Flags, weights: Floats) -> Effects:
    """From durations in working days, complete where `ended`, else so far; code 0 stands for "never seen"."""
    logs = np.log(np.maximum(durations, _LEAST_DURATION))
    fitted = _backfit(codes[ended], sizes, logs[ended], weights[ended])
    for _ in range(_IMPUTATIONS):
        expected = fitted.usual + fitted.excess(codes)
        errors = (logs - expected)[ended]
        spread = sqrt((weights[ended] * errors**2).sum() / max(weights[ended].sum(), 1e-9)) if ended.any() else 0.5
        spread = max(spread, 0.05)
        standing = (logs - expected) / spread
        completed = np.where(ended, logs, expected + spread * _mills(standing))
        fitted = _backfit(codes, sizes, completed, weights)
    return fitted


def _backfit(codes: Codes, sizes: tuple[int, ...], logs: Floats, weights: Floats) -> Effects:
    usual = (_FIRST_GUESS + (weights * logs).sum()) / (1 + weights.sum())
    effects = [np.zeros(size) for size in sizes]
    support: list[Floats] = [
        np.bincount(codes[:, column], weights, size).astype(np.float64) for column, size in enumerate(sizes)
    ]
    rest = logs - usual
    for _ in range(_ROUNDS):
        for column, factor in enumerate(FACTORS):
            at = codes[:, column]
            rest = rest + effects[column][at]
            effects[column] = np.bincount(at, weights * rest, sizes[column]) / (support[column] + factor.pull)
            effects[column][0] = 0
            rest = rest - effects[column][at]
    return Effects(float(usual), tuple(effects), tuple(support))


def _mills(z: Floats) -> Floats:
    """The mean of a standard normal beyond z, with Abramowitz & Stegun's 26.2.17 for its tail (error below 1e-7)."""
    size = np.minimum(np.abs(z), 8)
    density = np.exp(-size * size / 2) / sqrt(2 * pi)
    t = 1 / (1 + 0.2316419 * size)
    tail = density * t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )  # fmt: skip
    beyond = np.where(z > 0, tail, 1 - tail)
    return np.maximum(density / np.maximum(beyond, 1e-15), z)
