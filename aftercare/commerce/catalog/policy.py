"""Which article of the catalogue a line of an order is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Article(NamedTuple):
    """A product, and the variant of it where one is known."""

    product_id: int
    variant_id: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Articles:
    """Articles by the ids of their source and by SKU."""

    variants: Mapping[str, Article] = field(default_factory=dict)
    products: Mapping[str, Article] = field(default_factory=dict)
    skus: Mapping[str, Article] = field(default_factory=dict)

    def find(self, *, product: str | None, variant: str | None, sku: str) -> Article | None:
        """By the surest of the keys that finds one."""
        return (
            (self.variants.get(variant) if variant else None)
            or (self.products.get(product) if product else None)
            or (self.skus.get(sku) if sku else None)
        )
