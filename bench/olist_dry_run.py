"""`bench.dry_run` with the real orders of the Olist marketplace: the built-in journey "thank-you" on its last days.

    python -m bench.olist_dry_run --data DIR [--days 60] [--until 2018-05-01]

DIR holds the published files, gzipped, as docs/examples/olist.toml reads them. They are imported as the docs say; the live
run sends to a mail sink.
"""

import argparse
import importlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.scratch import scratch_database
from bench.sink import Sink

_MAP = Path(__file__).parent.parent / "docs" / "examples" / "olist.toml"
_FILES = (("products", "products"), ("orders", "orders"), ("shipments", "orders"))


def main() -> int:
    """The exit code tells whether both did the same."""
    parser = argparse.ArgumentParser(description="A dry run beside the live run, on the orders of Olist.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the Olist files")
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--until", type=datetime.fromisoformat, default=datetime(2018, 5, 1))  # noqa: DTZ001 -- UTC is said below
    given = parser.parse_args()
    with Sink() as sink:
        os.environ |= {
            "AFTERCARE_SMTP_HOST": "127.0.0.1", "AFTERCARE_SMTP_PORT": str(sink.port),
            "AFTERCARE_SMTP_SECURITY": "none", "AFTERCARE_DEMO": "no",
        }  # fmt: skip
        with scratch_database():
            # Only now: the models cannot be imported before the scratch database is Django's.
            bench: Any = importlib.import_module("bench.dry_run")
            platforms: Any = importlib.import_module("aftercare.commerce.platforms.actions")
            shop = bench.Shop(
                slug="olist", until=given.until.replace(tzinfo=UTC), days=given.days, country="BR",
                time_zone="America/Sao_Paulo", sender_email="shop@example.com",
            )  # fmt: skip
            for kind, name in _FILES:
                feed = platforms.Feed(
                    kind=kind, path=str(given.data / f"{name}.csv.gz"), source="olist", by="bench", mapping=_MAP,
                    rejects=Path(os.environ["AFTERCARE_HOME"]) / f"{kind}.rejects.csv",
                )  # fmt: skip
                report = platforms.import_file(store_id=shop.store.pk, feed=feed, clock=bench.clock.now)
                print(f"{kind}: {report.created:,} in")
            return 0 if bench.compare(shop, f"Olist, {given.days} days until {given.until:%Y-%m-%d}", sink=sink) else 1


if __name__ == "__main__":
    sys.exit(main())
