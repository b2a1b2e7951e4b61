"""How far off, worked out by hand."""

import numpy as np
import pytest

from aftercare.commerce.promises.evaluating.measures import measure, measure_alerts

JANUARY, FEBRUARY = 17_532.0, 17_563.0  # 2018


def test_errors_coverage_and_width_by_month() -> None:
    found = measure(
        began=np.array([JANUARY, JANUARY, FEBRUARY, FEBRUARY]),
        took=np.array([5.0, 10.0, 4.0, np.inf]),
        likely=np.array([6.0, 7.0, 4.0, 5.0]),
        earliest=np.array([4.0, 5.0, 2.0, 3.0]),
        latest=np.array([8.0, 9.0, 6.0, 9.0]),
    )
    months = found.pop("months")
    assert found == {
        "n": 3, "mae": pytest.approx(4 / 3, abs=1e-4), "rmse": pytest.approx((10 / 3) ** 0.5, abs=1e-4),
        "bias": pytest.approx(-2 / 3, abs=1e-4), "within_2_days": pytest.approx(2 / 3, abs=1e-4),
        "coverage_80": pytest.approx(2 / 3, abs=1e-4), "width_80": 4.0,
    }  # fmt: skip
    assert {month: row["n"] for month, row in months.items()} == {"2018-01": 2, "2018-02": 1}


def test_where_nothing_was_predicted_there_is_nothing_to_measure() -> None:
    nothing = np.array([np.nan])
    found = measure(began=np.array([JANUARY]), took=np.array([5.0]), likely=nothing, earliest=nothing, latest=nothing)
    assert found["n"] == 0
    assert found["mae"] is None


def test_alerts_are_precise_complete_and_early() -> None:
    found = measure_alerts(
        risk=np.array([0.9, 0.6, 0.4, 0.1]), late=np.array([True, False, True, False]),
        lead=np.array([3.0, 1.0, 2.0, 9.0]), threshold=0.5,
    )  # fmt: skip
    others = found.pop("thresholds")
    assert found == {"n": 4, "late": 2, "alerts": 2, "precision": 0.5, "recall": 0.5, "lead_days": 3.0, "auc": 0.75}

    assert [(at, row["alerts"], row["recall"]) for at, row in others.items()] == [
        ("0.2", 3, 1.0), ("0.3", 3, 1.0), ("0.4", 3, 1.0), ("0.5", 2, 0.5), ("0.6", 2, 0.5),
    ]  # fmt: skip


def test_without_late_parcels_there_is_no_curve() -> None:
    found = measure_alerts(risk=np.array([0.1]), late=np.array([False]), lead=np.array([1.0]), threshold=0.5)
    assert found["auc"] is None
    assert found["precision"] is None
