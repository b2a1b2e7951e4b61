"""An evaluation as people read it."""

from collections.abc import Mapping
from typing import Any

_NAMES = {
    "promise": "the shop's promise",
    "global_median": "global median",
    "lane_median": "lane median",
    "lane_median_60d": "lane median, 60 days",
}
_HEAD = f"{'':<22}{'orders':>8}{'MAE':>8}{'RMSE':>8}{'bias':>8}{'±2 days':>9}{'covered':>9}{'width':>8}"


def in_words(found: Mapping[str, Any]) -> str:
    """Two tables (at order time, at hand-over) and how well lateness was foretold."""
    parts = [
        *_table("At order time (days)", found["order_time"], found["baselines"]),
        *_table("At hand-over (days)", found["handover_time"], found["handover_baselines"]),
        *_alerts(found["late_alerts"], found["alert_at"]),
        "covered: share that arrived within the 80 % range, whose mean width is given; for medians their 10 to 90 % range.",
    ]
    return "\n".join(parts)


def _table(title: str, ours: Mapping[str, Any], rivals: Mapping[str, Any]) -> list[str]:
    lines = [title, _HEAD, *(_line(month, row) for month, row in ours["months"].items()), _line("all", ours)]
    lines += [_line(_NAMES[name], row) for name, row in rivals.items()]
    gains = [
        f"{1 - ours['mae'] / rivals[name]['mae']:.1%} under the {_NAMES[name]}"
        for name in ("lane_median", "lane_median_60d")
        if ours["mae"] is not None and rivals[name]["mae"]
    ]
    return [*lines, *([f"Mean error: {', '.join(gains)}."] if gains else []), ""]


def _line(name: str, row: Mapping[str, Any]) -> str:
    days = "".join(_number(row[key], 8) for key in ("mae", "rmse", "bias"))
    within, covered = (_share(row[key]) for key in ("within_2_days", "coverage_80"))
    return f"{name:<22}{row['n']:>8,}{days}{within}{covered}{_number(row['width_80'], 8)}"


def _alerts(alerts: Mapping[str, Any], alert_at: float) -> list[str]:
    """At the threshold that was asked for, then what others would have given."""
    if not any(row["n"] for row in alerts.values()):
        return []
    lines = [
        f"Late alerts, by days since hand-over (parcels that break the promise with a probability of {alert_at:.0%} or more)"
    ]
    lines.append(f"{'':<22}{'asked':>8}{'late':>8}{'alerts':>8}{'precise':>9}{'recall':>9}{'lead':>8}{'AUC':>8}")
    for days, row in alerts.items():
        shares = _share(row["precision"]) + _share(row["recall"])
        ends = _number(row["lead_days"], 8) + _number(row["auc"], 8)
        lines.append(f"{'+' + days + ' days':<22}{row['n']:>8,}{row['late']:>8,}{row['alerts']:>8,}{shares}{ends}")
    thresholds = list(next(iter(alerts.values()))["thresholds"])
    lines += ["", f"{'precise / recall at':<22}" + "".join(f"{float(at):>16.0%}" for at in thresholds)]
    for days, row in alerts.items():
        pairs = [row["thresholds"][at] for at in thresholds]
        lines.append(
            f"{'+' + days + ' days':<22}" + "".join(f"{_share(p['precision'])}{_share(p['recall'])[2:]}" for p in pairs)
        )
    return [*lines, ""]


def _number(value: float | None, width: int) -> str:
    return f"{'-' if value is None else format(value, '.2f'):>{width}}"


def _share(value: float | None) -> str:
    return f"{'-' if value is None else format(value, '.1%'):>9}"
