"""Reads a merchant's deliveries from CSV; what is wrong is named with line, field and remedy."""

import csv
import gzip
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import inf, isfinite, nan
from pathlib import Path
from typing import TextIO

import numpy as np

from aftercare.commerce.promises.errors import UnreadableHistory
from aftercare.commerce.promises.estimating.columns import Floats, Parcels

REQUIRED = ("ordered_at", "delivered_at")
TIMES = ("ordered_at", "handed_over_at", "delivered_at", "promised_at")
WORDS = ("origin", "destination", "place", "carrier", "service", "seller")
NUMBERS = ("weight_g", "price", "freight")
_DAY = 86_400.0
_GZIP = b"\x1f\x8b"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Orders by when they were placed, as columns; moments are days since 1970, `inf` where there is none.

    `promised` is the end of the day where only a day was promised.
    """

    ordered: Floats
    handed_over: Floats
    delivered: Floats
    promised: Floats
    numbers: Mapping[str, Floats]
    words: Mapping[str, list[str]]

    def __len__(self) -> int:
        return len(self.ordered)

    def parcels(self, *, country: str, from_hand_over: bool = False) -> Parcels:
        """As columns to learn from, whose clocks start at the order or at the hand-over."""
        began = self.handed_over if from_hand_over else self.ordered
        rows = np.flatnonzero(np.isfinite(began))
        rows = rows[np.argsort(began[rows], kind="stable")]
        words = {name: [column[row] for row in rows] for name, column in self.words.items()}
        return Parcels(
            began=began[rows], ended=self.delivered[rows], promised=self.promised[rows],
            weight=self.numbers["weight_g"][rows], price=self.numbers["price"][rows], freight=self.numbers["freight"][rows],
            country=[country] * len(rows), **words,
        )  # fmt: skip


def read_deliveries(*, path: Path) -> Deliveries:
    """Every order of a CSV file, gzipped or not; raises UnreadableHistory."""
    rows: list[tuple[float, ...]] = []
    words: list[tuple[str, ...]] = []
    with _opened(path) as file:
        for line, row in _rows(csv.DictReader(file)):
            rows.append(_checked(row, line))
            words.append(tuple((row.get(name) or "").strip() for name in WORDS))
    if not rows:
        raise UnreadableHistory(f"{path.name} has no orders.", remedy="Give one line per order below the header.")
    table = np.array(rows)
    order = np.argsort(table[:, 0], kind="stable")
    columns = dict(zip((*TIMES, *NUMBERS), table[order].T, strict=True))
    return Deliveries(
        ordered=columns["ordered_at"], handed_over=columns["handed_over_at"], delivered=columns["delivered_at"],
        promised=columns["promised_at"], numbers={name: columns[name] for name in NUMBERS},
        words={name: [words[row][column] for row in order] for column, name in enumerate(WORDS)},
    )  # fmt: skip


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
        with (
            gzip.open(path, "rt", encoding="utf-8-sig", newline="")
            if packed
            else path.open(encoding="utf-8-sig", newline="") as file
        ):
            yield file
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableHistory(f"{path} cannot be read: {reason}.", remedy="Check the path and the file.") from None
    except UnicodeDecodeError:
        raise UnreadableHistory(f"{path.name} is not UTF-8.", remedy="Save it as CSV UTF-8.") from None


def _rows(reader: "csv.DictReader[str]") -> Iterator[tuple[int, Mapping[str, str | None]]]:
    try:
        names = [(name or "").strip() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        for name in REQUIRED:
            if name not in names:
                found = ", ".join(names) or "nothing"
                raise UnreadableHistory(
                    f"Line 1: the column {name} is missing (found: {found}).", field=name,
                    remedy=f"Name the columns in the first line: {', '.join((*TIMES, *WORDS, *NUMBERS))}.",
                )  # fmt: skip
        for row in reader:
            if None in row:
                raise UnreadableHistory(
                    f"Line {reader.line_num}: there are more values than columns.",
                    remedy="Put values that contain commas in double quotes.",
                )
            yield reader.line_num, row
    except csv.Error as error:
        raise UnreadableHistory(
            f"Line {reader.line_num}: not CSV: {error}.", remedy="Save the file as comma-separated values."
        ) from None


def _checked(row: Mapping[str, str | None], line: int) -> tuple[float, ...]:
    ordered, handed_over, delivered, promised = (_moment(row.get(name) or "", line, name) for name in TIMES)
    if not isfinite(ordered):
        raise UnreadableHistory(
            f"Line {line}, ordered_at: it is empty.", field="ordered_at", remedy="Give the time of every order."
        )
    if delivered < ordered:
        raise UnreadableHistory(
            f"Line {line}, delivered_at: {row['delivered_at']} lies before ordered_at, {row['ordered_at']}.",
            field="delivered_at", remedy="Correct one of the two times, or leave delivered_at empty.",
        )  # fmt: skip
    # Carriers scan late and sellers print early: such a hand-over is no news of this parcel, and no fault of the file.
    if not ordered <= handed_over <= delivered:
        handed_over = inf
    return (ordered, handed_over, delivered, promised, *(_number(row.get(name) or "", line, name) for name in NUMBERS))


def _moment(text: str, line: int, field: str) -> float:
    text = text.strip()
    if not text:
        return inf
    try:
        at = datetime.fromisoformat(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        if field == "promised_at" and at.hour == at.minute == at.second == 0:
            at += timedelta(days=1, seconds=-1)
    except (ValueError, OverflowError):
        raise UnreadableHistory(
            f"Line {line}, {field}: '{text[:40]}' is not a time.", field=field,
            remedy="Write times as 2018-02-01T14:30:00 (with +01:00 or Z where the zone is known).",
        ) from None  # fmt: skip
    return (at - _EPOCH).total_seconds() / _DAY


def _number(text: str, line: int, field: str) -> float:
    text = text.strip()
    if not text:
        return nan
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not (isfinite(value) and value >= 0):
        raise UnreadableHistory(
            f"Line {line}, {field}: '{text[:40]}' is not a number of 0 or more.", field=field,
            remedy="Write numbers as 1234.5, without unit or thousands separator, or leave the value empty.",
        )  # fmt: skip
    return value
