"""Predict every order after a date from what was known at that moment, and see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from aftercare.commerce.promises.errors import UnreadableHistory
from aftercare.commerce.promises.estimating.columns import Floats, Parcels
from aftercare.commerce.promises.estimating.model import learn_words
from aftercare.commerce.promises.estimating.walk import WARM_UP, Walk
from aftercare.commerce.promises.evaluating.measures import measure, measure_alerts
from aftercare.commerce.promises.evaluating.reading import Deliveries
from aftercare.commerce.promises.evaluating.rivals import Rival, rivals_of

ALERT_DAYS = (0, 2, 4, 7, 10, 14)
ALERT_AT = 0.4
Progress = Callable[[int], object]
Holidays = Mapping[int, object]


@dataclass(frozen=True, slots=True)
class Task:
    """From which day (since 1970) on, and how often everything is learned anew; `country`'s holidays are known.

    An alert is raised where lateness is at least as probable as `alert_at`.
    """

    since: int
    refit_days: int = 7
    country: str = ""
    holidays: Holidays | None = None
    alert_at: float = ALERT_AT


def days_to_walk(*, deliveries: Deliveries, task: Task) -> int:
    """How many steps `back_test` reports."""
    return sum(max(_end(began) - (task.since - WARM_UP), 0) for began in (deliveries.ordered, deliveries.handed_over))


def back_test(*, deliveries: Deliveries, task: Task, progress: Progress) -> dict[str, Any]:
    """Everything `aftercare evaluate delivery --json` says; raises UnreadableHistory where there is nothing to test."""
    if int(deliveries.ordered.max()) < task.since:
        raise UnreadableHistory(
            "No order was placed after the date given.", field="--from", remedy="Choose a date within the history."
        )
    by_order, _ = _walk(deliveries.parcels(country=task.country), task, progress, alerts=False)
    handed_over = deliveries.parcels(country=task.country, from_hand_over=True)
    by_hand_over, alerts = _walk(handed_over, task, progress, alerts=True)
    baselines = by_order.pop("baselines")
    return {
        "order_time": by_order, "handover_time": {k: v for k, v in by_hand_over.items() if k != "baselines"},
        "baselines": baselines, "handover_baselines": by_hand_over["baselines"], "late_alerts": alerts, "alert_at": task.alert_at,
    }  # fmt: skip


def _walk(parcels: Parcels, task: Task, progress: Progress, *, alerts: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was predicted when each parcel began, measured; and how probably it would be late, some days on."""
    said = np.full((3, len(parcels)), np.nan)
    risks = np.full((len(ALERT_DAYS), len(parcels)), np.nan)
    walk = Walk(
        parcels=parcels, words=learn_words(parcels), holidays={task.country: task.holidays or {}},
        start=task.since - WARM_UP, refit_days=task.refit_days,
    )  # fmt: skip
    for day in range(task.since - WARM_UP, _end(parcels.began)):
        walk.advance(day=day)
        progress(1)
        if day >= task.since:
            rows = np.flatnonzero((parcels.began >= day) & (parcels.began < day + 1))
            began = parcels.began[rows]
            ranges = walk.model.ranges(parcels=walk.travellers.some(rows), now=began)
            said[:, rows] = np.array([ranges.earliest, ranges.likely, ranges.latest]) - began
            if alerts:
                _ask(walk, parcels, day, risks)
    return _measured(parcels, task, said), _alerts(parcels, task, risks) if alerts else {}


def _end(began: Floats) -> int:
    """The day after the last one on which anything began."""
    return int(began[np.isfinite(began)].max(initial=0)) + 1


def _ask(walk: Walk, parcels: Parcels, day: int, risks: Floats) -> None:
    """How probably parcels that have been under way for so many days break their promise."""
    for at, days in enumerate(ALERT_DAYS):
        asked = parcels.began + days
        open_then = (parcels.ended > asked) & (parcels.promised > asked) & np.isfinite(parcels.promised)
        rows = np.flatnonzero((asked >= day) & (asked < day + 1) & open_then)
        in_time = walk.model.share_by(parcels=walk.travellers.some(rows), by=parcels.promised[rows], now=asked[rows])
        risks[at, rows] = 1 - in_time


def _measured(parcels: Parcels, task: Task, said: Floats) -> dict[str, Any]:
    chosen = parcels.began >= task.since
    began, took = parcels.began[chosen], (parcels.ended - parcels.began)[chosen]
    nothing = np.full(len(parcels), np.nan)
    promised = np.where(np.isfinite(parcels.promised), parcels.promised - parcels.began, np.nan)
    rivals = {"promise": Rival(promised, nothing, nothing), **rivals_of(parcels=parcels)}

    def compared(rival: Rival) -> dict[str, Any]:
        return measure(
            began=began, took=took, likely=rival.likely[chosen], earliest=rival.earliest[chosen],
            latest=rival.latest[chosen],
        )  # fmt: skip

    ours = compared(Rival(said[1], said[0], said[2]))
    return {**ours, "baselines": {name: compared(rival) for name, rival in rivals.items()}}


def _alerts(parcels: Parcels, task: Task, risks: Floats) -> dict[str, Any]:
    """By days since hand-over; of parcels that arrived in the end."""
    found = {}
    for days, risk in zip(ALERT_DAYS, risks, strict=True):
        rows = np.flatnonzero(np.isfinite(risk) & np.isfinite(parcels.ended) & (parcels.began >= task.since))
        found[str(days)] = measure_alerts(
            risk=risk[rows], late=parcels.ended[rows] > parcels.promised[rows],
            lead=parcels.promised[rows] - parcels.began[rows] - days, threshold=task.alert_at,
        )  # fmt: skip
    return found
