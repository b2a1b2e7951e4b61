"""Reads the shop's products, guides and logo from the files beside this one."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from aftercare.commerce.catalog.schemas import ProductIn

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "pictures"
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class GuideText:
    """A guide as written; `products` are ids of products.toml, stage and days as in the editor, `body` is Markdown."""

    slug: str
    locale: str
    kind: str
    title: str
    summary: str
    products: tuple[str, ...]
    stage: str
    from_day: int
    until_day: int | None
    body: str


def read_products(*, pictures_at: str) -> list[ProductIn]:
    """Everything the shop sells; `pictures_at` is the address under which the folder of pictures is served."""
    with (HERE / "products.toml").open("rb") as file:
        rows = tomllib.load(file)["product"]
    for row in rows:
        row["vendor"] = "Juniper & Oak"
        row["image_url"] = f"{pictures_at.rstrip('/')}/{row['id']}.svg"
        for variant in row["variants"]:
            variant["currency"] = CURRENCY
    return [ProductIn.model_validate(row) for row in rows]


def read_guides() -> Iterator[GuideText]:
    """All guides in all languages, in the order of their file names."""
    for path in sorted((HERE / "guides").glob("*.md")):
        slug, locale = path.stem.rsplit(".", 1)
        _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
        told = tomllib.loads(head)
        yield GuideText(
            slug=slug, locale=locale, kind=told["kind"], title=told["title"], summary=told["summary"],
            products=tuple(told["products"]), stage=told.get("stage", ""), from_day=told.get("from_day", 0),
            until_day=told.get("until_day"), body=body,
        )  # fmt: skip


def read_logo() -> str:
    """The logo as SVG."""
    return (HERE / "logo.svg").read_text(encoding="utf-8")
