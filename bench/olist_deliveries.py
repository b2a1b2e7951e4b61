"""Writes the deliveries of the Olist marketplace as `aftercare evaluate delivery` reads them.

    python -m bench.olist_deliveries --data DIR > deliveries.csv
    aftercare evaluate delivery deliveries.csv --from 2018-02-01

DIR holds the published files, gzipped or not. An order of several sellers counts as its first one's; what was
cancelled or could not be had was never under way.
"""

import argparse
import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

COLUMNS = (
    "ordered_at", "handed_over_at", "delivered_at", "promised_at", "origin", "destination", "place", "carrier", "service",
    "seller", "weight_g", "price", "freight",
)  # fmt: skip
NEVER_UNDER_WAY = {"canceled", "unavailable"}


def deliveries(data: Path) -> Iterator[dict[str, str]]:
    """One row per order, in no order."""
    customers = {row["customer_id"]: row for row in _rows(data, "customers")}
    sellers = {row["seller_id"]: row["seller_state"] for row in _rows(data, "sellers")}
    weights = {row["product_id"]: row["product_weight_g"] for row in _rows(data, "products")}
    items: dict[str, list[dict[str, str]]] = {}
    for row in _rows(data, "order_items"):
        items.setdefault(row["order_id"], []).append(row)
    for order in _rows(data, "orders"):
        if order["order_status"] in NEVER_UNDER_WAY:
            continue
        lines = sorted(items.get(order["order_id"], []), key=lambda line: int(line["order_item_id"]))
        customer = customers.get(order["customer_id"], {})
        seller = lines[0]["seller_id"] if lines else ""
        known = [float(weights[line["product_id"]]) for line in lines if weights.get(line["product_id"])]
        yield {
            "ordered_at": order["order_purchase_timestamp"],
            "handed_over_at": order["order_delivered_carrier_date"],
            "delivered_at": order["order_delivered_customer_date"],
            "promised_at": order["order_estimated_delivery_date"],
            "origin": sellers.get(seller, ""),
            "destination": customer.get("customer_state", ""),
            "place": customer.get("customer_zip_code_prefix", "").zfill(5)[:3] if customer else "",
            "carrier": "",
            "service": "",
            "seller": seller,
            "weight_g": f"{sum(known):g}" if known else "",
            "price": f"{sum(float(line['price']) for line in lines):.2f}" if lines else "",
            "freight": f"{sum(float(line['freight_value']) for line in lines):.2f}" if lines else "",
        }


def _rows(data: Path, name: str) -> Iterator[dict[str, str]]:
    """Of `name`.csv(.gz), or of olist_`name`_dataset.csv(.gz), as it was published."""
    names = [f"{stem}.csv{end}" for stem in (name, f"olist_{name}_dataset") for end in (".gz", "")]
    path = next((data / file for file in names if (data / file).exists()), None)
    if path is None:
        sys.exit(f"{data} has no {name}.csv.gz: give the folder of the Olist files by --data.")
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def main() -> None:
    parser = argparse.ArgumentParser(description="Olist's deliveries as CSV, for `aftercare evaluate delivery`.")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the Olist files")
    parser.add_argument("--out", type=Path, help="where to write it instead of standard output")
    given = parser.parse_args()
    out = given.out.open("w", newline="", encoding="utf-8") if given.out else sys.stdout
    with out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(deliveries(given.data))


if __name__ == "__main__":
    main()
