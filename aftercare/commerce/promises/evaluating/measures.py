"""How far predictions were off, in all and by the month in which they were made."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from aftercare.commerce.promises.estimating.columns import Floats

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6)
Chosen = npt.NDArray[np.bool_]


def month_of(day: float) -> str:
    """Such as 2018-02, in UTC."""
    return f"{_EPOCH + timedelta(days=float(day)):%Y-%m}"


def measure(*, began: Floats, took: Floats, likely: Floats, earliest: Floats, latest: Floats) -> dict[str, Any]:
    """Errors in days, shares between 0 and 1, for all and by month; where nothing was predicted nothing counts."""
    chosen = np.isfinite(took) & np.isfinite(likely)
    columns = [column[chosen] for column in (took, likely, earliest, latest)]
    months = np.array([month_of(day) for day in began[chosen]])
    whole = _measured(*columns)
    parts: Mapping[str, Any] = {
        str(month): _measured(*(column[months == month] for column in columns)) for month in np.unique(months)
    }
    return {**whole, "months": parts}


def _measured(took: Floats, likely: Floats, earliest: Floats, latest: Floats) -> dict[str, Any]:
    if len(took) == 0:
        return {
            "n": 0,
            "mae": None,
            "rmse": None,
            "bias": None,
            "within_2_days": None,
            "coverage_80": None,
            "width_80": None,
        }
    errors = likely - took
    ranged = np.isfinite(earliest) & np.isfinite(latest)
    inside = (took >= earliest) & (took <= latest)
    return {
        "n": len(took),
        "mae": _round(np.abs(errors).mean()),
        "rmse": _round(np.sqrt((errors**2).mean())),
        "bias": _round(errors.mean()),
        "within_2_days": _round((np.abs(errors) <= 2).mean()),
        "coverage_80": _round(inside[ranged].mean()) if ranged.any() else None,
        "width_80": _round((latest - earliest)[ranged].mean()) if ranged.any() else None,
    }


def measure_alerts(*, risk: Floats, late: Chosen, lead: Floats, threshold: float) -> dict[str, Any]:
    """How well the risk of being late told, at one threshold and at others beside it.

    `lead` is the days from asking to the promise that was broken.
    """
    return {
        "n": len(risk), "late": int(late.sum()), **_alerted(risk, late, lead, threshold), "auc": _auc(risk, late),
        "thresholds": {f"{at:g}": _alerted(risk, late, lead, at) for at in THRESHOLDS},
    }  # fmt: skip


def _alerted(risk: Floats, late: Chosen, lead: Floats, threshold: float) -> dict[str, Any]:
    alerted = risk >= threshold
    right = alerted & late
    return {
        "alerts": int(alerted.sum()),
        "precision": _round(right.sum() / alerted.sum()) if alerted.any() else None,
        "recall": _round(right.sum() / late.sum()) if late.any() else None,
        "lead_days": _round(np.median(lead[right])) if right.any() else None,
    }


def _auc(risk: Floats, late: Chosen) -> float | None:
    """The chance that a late parcel's risk was higher than that of one in time; ties count half."""
    if not late.any() or late.all():
        return None
    _, place, count = np.unique(risk, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    positives = int(late.sum())
    return _round((ranks[late].sum() - positives * (positives + 1) / 2) / (positives * (len(risk) - positives)))


def _round(value: Any) -> float:
    return round(float(value), 4)
