"""Charts draw what the numbers say."""

import pytest

from aftercare.foundation.web.templatetags.charts import Bar, Line, plot
from tests.foundation.web.templatetags.rendering import render


def test_a_plot_fills_its_height_from_the_smallest_to_the_largest():
    assert plot([1, 3, 2], width=100, height=32) == [(0, 30), (50, 2), (100, 16)]


def test_a_value_that_never_changes_runs_through_the_middle():
    assert plot([5, 5], width=100, height=32) == [(0, 16), (100, 16)]


def test_a_plot_from_zero_keeps_proportions():
    assert plot([50, 100], width=10, height=104, floor=0, ceiling=100) == [(0, 52), (10, 2)]


@pytest.mark.parametrize("values", [[], [7]])
def test_fewer_than_two_values_are_no_line(values):
    assert render("{% sparkline values %}", values=values) == ""


def test_a_sparkline_is_a_line_over_its_area():
    shown = render("{% sparkline values %}", values=[1, 3, 2])

    assert 'd="M0 30L50 2L100 16"' in shown
    assert 'd="M0 30L50 2L100 16L100 32L0 32Z"' in shown
    assert 'aria-hidden="true"' in shown


def test_the_name_of_a_sparkline_is_escaped():
    assert 'aria-label="&quot;&gt;&lt;b&gt;"' in render("{% sparkline values label %}", values=[1, 2], label='"><b>')


def test_bars_are_measured_from_zero_against_the_longest():
    bars = [Bar(label="Does not fit", value=40, text="40"), Bar(label="Damaged", value=10, text="10")]

    shown = render('{% bar_chart bars "Returns by reason" %}', bars=bars)

    assert '<rect width="100.0" ' in shown
    assert '<rect width="25.0" ' in shown
    assert "Returns by reason" in shown


def test_bars_of_nothing_have_no_length():
    assert '<rect width="0" ' in render('{% bar_chart bars "R" %}', bars=[Bar(label="None", value=0, text="0")])


def test_a_line_starts_from_zero_and_shows_its_interval():
    line = Line(values=[1, 2], lower=[0, 1], upper=[2, 4], starts="Week 1", ends="Week 2", highest="4", latest="2")

    shown = render('{% line_chart line "Late parcels" %}', line=line)

    assert 'd="M0 89L400 60"' in shown
    assert 'd="M0 60L400 2L400 89L0 118Z"' in shown
    assert "Week 1" in shown
