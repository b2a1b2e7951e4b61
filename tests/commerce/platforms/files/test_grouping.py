"""Rows that belong together."""

from tests.commerce.platforms.feeding import records_of, write


def lines_of(content: str) -> list[list[int]]:
    return [[row.line for row in record.rows] for record in records_of(write("it.csv", content), "id")]


def test_consecutive_rows_with_one_key_are_one_record() -> None:
    assert lines_of("id,sku\nA,1\nA,2\nB,1\nA,3\n") == [[2, 3], [4], [5]]


def test_rows_without_a_key_stand_alone() -> None:
    assert lines_of("id,sku\n,1\n,2\nA,3\n") == [[2], [3], [4]]


def test_a_torn_row_holds_back_the_records_it_may_belong_to() -> None:
    """The second row of A or the first of B? Neither may come in without it."""
    assert lines_of("id,sku\nZ,0\nA,1\nA,2,3\nB,1\nB,2\nC,1\n") == [[2], [3, 4, 5, 6], [7]]


def test_torn_rows_at_either_end_hold_back_their_neighbour() -> None:
    assert lines_of("id,sku\nA\nB,1\nC,1\nC\n") == [[2, 3], [4, 5]]
