"""`aftercare evaluate delivery`, as people call it."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from aftercare.config.cli.evaluate import command
from tests.commerce.promises.evaluating.files import deliveries_file, written

FIGURES = {"n", "mae", "rmse", "bias", "within_2_days", "coverage_80", "width_80", "months"}


def call(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["delivery", *arguments])


def test_json_has_every_figure(tmp_path: Path) -> None:
    done = call(str(deliveries_file(tmp_path / "d.csv")), "--from", "2025-03-01", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    rivals = {"promise", "global_median", "lane_median", "lane_median_60d"}
    assert set(found["baselines"]) == set(found["handover_baselines"]) == rivals
    for row in (found["order_time"], found["handover_time"], *found["baselines"].values()):
        assert set(row) == FIGURES
    ours, medians = found["order_time"], found["baselines"]
    assert ours["n"] == sum(month["n"] for month in ours["months"].values()) == medians["lane_median"]["n"]
    assert ours["mae"] < medians["global_median"]["mae"]
    assert ours["mae"] < 1.05 * medians["lane_median"]["mae"]
    assert 0.74 < ours["coverage_80"] < 0.86
    assert found["late_alerts"]["0"]["late"] > 0


def test_who_wants_more_alerts_asks_for_them(tmp_path: Path) -> None:
    path = str(deliveries_file(tmp_path / "d.csv", number=600))
    eager, sure = (
        json.loads(call(path, "--from", "2025-05-01", "--json", "--alert-at", at).stdout)["late_alerts"]["0"]
        for at in ("0.05", "0.9")
    )
    assert eager["alerts"] > sure["alerts"]
    assert eager["recall"] > sure["recall"]


def test_people_read_a_table(tmp_path: Path) -> None:
    done = call(str(deliveries_file(tmp_path / "d.csv", number=600)), "--from", "2025-05-01")
    assert "At order time (days)" in done.stdout
    assert "2025-05" in done.stdout
    assert "under the lane median" in done.stdout
    assert "a probability of 40% or more" in done.stdout
    assert "precise / recall at" in done.stdout


def test_a_bad_line_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = written(tmp_path / "d.csv", "ordered_at,delivered_at", "2026-01-01,soon")
    done = call(str(path), "--from", "2026-01-01")
    assert done.exit_code == 2
    assert "Line 2, delivered_at: 'soon' is not a time. Write times as" in done.output


def test_a_date_after_the_history_is_refused(tmp_path: Path) -> None:
    done = call(str(deliveries_file(tmp_path / "d.csv", number=100)), "--from", "2030-01-01")
    assert done.exit_code == 2
    assert "Choose a date within the history" in done.output


def test_what_is_no_date_is_refused(tmp_path: Path) -> None:
    done = call(str(deliveries_file(tmp_path / "d.csv", number=100)), "--from", "spring")
    assert done.exit_code == 2
    assert "'spring' is not a day" in done.output


def test_holidays_of_a_country_are_known(tmp_path: Path) -> None:
    path = str(deliveries_file(tmp_path / "d.csv", number=600))
    plain, brazilian = (call(path, "--from", "2025-05-01", "--json", *more) for more in ((), ("--country", "br")))
    assert brazilian.exit_code == 0
    assert plain.stdout != brazilian.stdout
