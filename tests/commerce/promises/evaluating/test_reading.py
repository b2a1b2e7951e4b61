"""Files of deliveries: what is read, and what is refused by line, field and remedy."""

import gzip
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.commerce.promises.errors import UnreadableHistory
from aftercare.commerce.promises.evaluating.reading import read_deliveries
from tests.commerce.promises.evaluating.files import written

HEAD = "ordered_at,handed_over_at,delivered_at,promised_at,origin,weight_g,place,freight"
GOOD = "2026-01-02T10:00:00,2026-01-03 09:00:00+01:00,2026-01-05T10:00:00Z,2026-01-06,SP,1200,013,9.90"


def test_times_words_and_numbers_are_read_and_sorted(tmp_path: Path) -> None:
    found = read_deliveries(path=written(tmp_path / "d.csv", HEAD, GOOD, "2026-01-01,,,,,"))
    assert list(np.diff(found.ordered)) == pytest.approx([1 + 10 / 24])
    assert found.delivered[0] == np.inf
    assert found.delivered[1] - found.ordered[1] == pytest.approx(3)
    assert found.handed_over[1] - found.ordered[1] == pytest.approx(22 / 24)
    assert found.words["origin"] == ["", "SP"]
    assert found.words["place"] == ["", "013"]
    assert found.numbers["freight"][1] == 9.9
    assert np.isnan(found.numbers["weight_g"][0])
    assert found.numbers["weight_g"][1] == 1200


def test_a_promised_day_lasts_until_its_end(tmp_path: Path) -> None:
    found = read_deliveries(path=written(tmp_path / "d.csv", HEAD, GOOD))
    assert found.promised[0] % 1 > 0.999


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_bytes(gzip.compress(f"{HEAD}\n{GOOD}\n".encode()))
    assert len(read_deliveries(path=path)) == 1


@pytest.mark.parametrize("handed_over", ["2026-01-01T00:00:00", "2026-02-01T00:00:00"])
def test_a_hand_over_out_of_order_is_not_believed(tmp_path: Path, handed_over: str) -> None:
    line = f"2026-01-02T10:00:00,{handed_over},2026-01-05T10:00:00,,,"
    assert read_deliveries(path=written(tmp_path / "d.csv", HEAD, line)).handed_over[0] == np.inf


@pytest.mark.parametrize(
    ("lines", "sentence", "field"),
    [
        (["ordered_at,origin", "2026-01-01,SP"], "Line 1: the column delivered_at is missing", "delivered_at"),
        ([HEAD, "yesterday,,,,,"], "Line 2, ordered_at: 'yesterday' is not a time.", "ordered_at"),
        ([HEAD, GOOD, ",,,,,"], "Line 3, ordered_at: it is empty.", "ordered_at"),
        ([HEAD, "2026-01-02,,2026-01-01,,,"], "Line 2, delivered_at: 2026-01-01 lies before", "delivered_at"),
        ([HEAD, "2026-01-02,,,31/01/2026,,"], "Line 2, promised_at: '31/01/2026' is not a time.", "promised_at"),
        ([HEAD, "2026-01-02,,,,,heavy"], "Line 2, weight_g: 'heavy' is not a number", "weight_g"),
        ([HEAD, "2026-01-02,,,,,-3"], "Line 2, weight_g: '-3' is not a number", "weight_g"),
        ([HEAD, "2026-01-02,,,,,nan"], "Line 2, weight_g: 'nan' is not a number", "weight_g"),
        ([HEAD, GOOD + ",more"], "Line 2: there are more values than columns.", ""),
        ([HEAD], "d.csv has no orders.", ""),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, lines: list[str], sentence: str, field: str) -> None:
    with pytest.raises(UnreadableHistory) as refused:
        read_deliveries(path=written(tmp_path / "d.csv", *lines))
    assert refused.value.sentence.startswith(sentence)
    assert refused.value.field == field
    assert refused.value.remedy


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(UnreadableHistory, match="cannot be read"):
            read_deliveries(path=path)


@given(content=st.binary(max_size=300))
def test_whatever_a_file_holds_it_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "d.csv"
    for begin in (b"", b"\x1f\x8b", HEAD.encode() + b"\n"):
        path.write_bytes(begin + content)
        with suppress(UnreadableHistory):
            assert len(read_deliveries(path=path)) > 0
