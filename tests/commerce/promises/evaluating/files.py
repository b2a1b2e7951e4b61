"""Files of deliveries for the tests."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.commerce.promises.histories import made_up

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def deliveries_file(path: Path, *, number: int = 1500) -> Path:
    """Made-up deliveries of 300 days from 2024-10-04 on, every seventh promised too early."""
    parcels = made_up(number=number)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ordered_at", "handed_over_at", "delivered_at", "promised_at", "destination"])
        for row, zone in enumerate(parcels.destination):
            began, ended = (_EPOCH + timedelta(days=float(column[row])) for column in (parcels.began, parcels.ended))
            promised = began + timedelta(days=2 if row % 7 == 0 else 20)
            handed_over = began + (ended - began) / 4
            writer.writerow([*(at.isoformat() for at in (began, handed_over, ended, promised)), zone])
    return path
