"""What a product looks like at every door."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from aftercare.foundation.kit.schema import Currency, Incoming, Key, Long, Moment, Short, Text


class VariantIn(Incoming):
    """One size, colour or edition. `price` in major units, such as "19.90"."""

    id: Key
    sku: Annotated[Text, Field(max_length=120)] = ""
    title: Short = ""
    price: Decimal | None = None
    currency: Currency | None = None
    weight_g: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    barcode: Annotated[Text, Field(max_length=40)] = ""
    image_url: Annotated[Text, Field(max_length=500)] = ""


class RelationIn(Incoming):
    """This product stands in the relation `kind` to the product with the id `to` (same source)."""

    kind: Literal["accessory_of", "consumable_for", "upgrade_of", "part_of"]
    to: Key


class ProductIn(Incoming):
    """A product with its variants. Without variants it is its own only one."""

    id: Key
    title: Annotated[Short, Field(min_length=1)]
    kind: Literal["goods", "consumable", "digital", "service"] = "goods"
    category: Annotated[Text, Field(max_length=120)] = ""
    vendor: Annotated[Text, Field(max_length=120)] = ""
    description: Long = ""
    url: Annotated[Text, Field(max_length=500, pattern="^(https?://.*)?$")] = ""
    image_url: Annotated[Text, Field(max_length=500)] = ""
    tags: Annotated[tuple[Short, ...], Field(max_length=250)] = ()
    return_class: Annotated[Text, Field(max_length=40)] = ""
    warranty_months: Annotated[int, Field(ge=0, le=1200)] | None = None
    variants: Annotated[tuple[VariantIn, ...], Field(max_length=2000)] = ()
    relations: Annotated[tuple[RelationIn, ...], Field(max_length=500)] = ()
    archived: bool = False
    created_at: Moment | None = None
