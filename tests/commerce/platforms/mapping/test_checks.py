"""Rules a mapping states about its file."""

import pytest

from aftercare.commerce.platforms.files.records import Problem
from aftercare.commerce.platforms.mapping.scope import CellProblem
from tests.commerce.platforms.mapping.compiling import plan, scope

HEAD = """
zone = "America/Sao_Paulo"
[customers.fields]
id = "id"
[[customers.checks]]
otherwise = "warn"
"""


def breach(rule: str, **cells: str) -> Problem | None:
    columns = ["id", "state", "bought", "sent", "came"]
    made = plan(HEAD + rule, columns)
    return made.checks[0].breach(scope({**dict.fromkeys(columns, ""), **cells}))


ORDER = "in_order = ['bought', 'sent', 'came']"


@pytest.mark.parametrize(
    "cells",
    [
        {"bought": "2026-01-01 10:00", "sent": "2026-01-02", "came": "2026-01-03"},
        {"bought": "2026-01-01 10:00", "came": "2026-01-01 10:00"},
        {"sent": "2026-01-01"},
        {},
    ],
)
def test_times_that_follow_each_other_are_well(cells: dict[str, str]) -> None:
    assert breach(ORDER, **cells) is None


def test_a_time_before_the_one_it_follows_is_named_with_both() -> None:
    found = breach(ORDER, bought="2026-01-02 08:00", came="2026-01-01 08:00")
    assert found is not None
    assert (found.line, found.field, found.kind) == (2, "came", "is before bought")
    assert found.problem == "2026-01-01T08:00:00-03:00 is before bought (2026-01-02T08:00:00-03:00)"


def test_a_time_that_is_none_is_a_problem_of_the_record() -> None:
    with pytest.raises(CellProblem):
        breach(ORDER, bought="soon")


def test_a_column_that_is_needed() -> None:
    found = breach("needed = 'came'", bought="2026-01-01")
    assert found is not None
    assert (found.field, found.problem) == ("came", "is empty")
    assert breach("needed = 'came'", came="x") is None


def test_a_rule_may_say_what_it_means() -> None:
    found = breach("needed = 'came'\nsay = 'it was said to be delivered'")
    assert found is not None
    assert found.problem == "is empty: it was said to be delivered"


def test_a_rule_holds_only_where_it_applies() -> None:
    rule = "needed = 'came'\nwhen = { column = 'state', is = 'delivered' }"
    assert breach(rule, state="sent") is None
    assert breach(rule, state="delivered") is not None
