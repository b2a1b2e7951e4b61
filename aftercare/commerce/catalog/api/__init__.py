"""The API of products: taken in as sets or one by one, and read back."""

from typing import Annotated

from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.commerce.catalog.actions import record_products
from aftercare.commerce.catalog.api.examples import PRODUCT, PRODUCTS
from aftercare.commerce.catalog.api.shapes import ProductOut, product_out
from aftercare.commerce.catalog.models import Product
from aftercare.commerce.catalog.overview import (
    ProductFilters,
    product_of_source,
    products_with_variants,
    public_ids_of_products,
    relations_from,
)
from aftercare.commerce.catalog.queries import product_card
from aftercare.commerce.catalog.schemas import ProductIn
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.intake import Outcome
from aftercare.foundation.kit.schema import Incoming, Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.batches import Batch, BatchResult, Source, batch_result, only, read_batch
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import ExternalId, PublicId, SourceName, check_same_id
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Products"])


class ProductBatch(Incoming):
    """Products of one source."""

    source: Source
    products: Batch[ProductIn]


class ProductQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="Words of the title or category, or a SKU.")] = ""
    kind: Product.Kind | None = None
    archived: bool | None = None


def _whole(product: Product) -> ProductOut:
    return product_out(product, relations_from(products=[product])[product.pk])


def _of_source(source: str, external_id: str) -> ProductOut:
    return _whole(product_of_source(source=source, external_id=external_id))


@router.post("/products", response=BatchResult, openapi_extra=example_body(PRODUCTS))
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def record_many_products(request: ApiRequest, body: ProductBatch) -> BatchResult:
    """Up to 500 products with their variants, each with an answer of its own.

    A relation to a product that is not here yet is kept, and holds as soon as that one arrives.
    """
    batch = read_batch(ProductIn, body.products, name="products")
    intake = record_products(store_id=request.store.pk, source=body.source, products=batch.things, now=clock.now())
    return batch_result(batch, intake, public_ids=public_ids_of_products)


@router.put(
    "/products/from/{source}/{path:external_id}",
    response={200: ProductOut, 201: ProductOut},
    openapi_extra=example_body(PRODUCT),
)
@api_edge(Permission.CATALOG_WRITE)
@idempotent
@if_unchanged(_of_source)
def record_product(
    request: ApiRequest, source: SourceName, external_id: ExternalId, body: ProductIn
) -> Status[ProductOut]:
    """One product as your shop sells it now: created (201), changed, or left as it is."""
    check_same_id(address=external_id, body=body.id)
    outcome = only(record_products(store_id=request.store.pk, source=source, products=[body], now=clock.now()))
    return Status(201 if outcome is Outcome.CREATED else 200, _of_source(source, body.id))


@router.get("/products", response=Listed[ProductOut])
@api_edge(Permission.CATALOG_READ)
def list_products(
    request: ApiRequest, query: Query[ProductQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[ProductOut]:
    """Products, the latest first."""
    filters = ProductFilters(words=query.q, kind=query.kind or "", archived=query.archived)
    found = products_with_variants(filters=filters, after=cursor, limit=limit)
    relations = relations_from(products=found.rows)
    items = [product_out(product, relations[product.pk]) for product in found.rows]
    return Listed(items=items, next=found.following)


@router.get("/products/from/{source}/{path:external_id}", response=ProductOut)
@api_edge(Permission.CATALOG_READ)
def read_product_by_own_id(request: ApiRequest, source: SourceName, external_id: ExternalId) -> ProductOut:
    """A product by your own id."""
    return _of_source(source, external_id)


@router.get("/products/{product}", response=ProductOut)
@api_edge(Permission.CATALOG_READ)
def read_product(request: ApiRequest, product: PublicId) -> ProductOut:
    """A product with its variants, and what it is to others."""
    return _whole(product_card(public_id=product))
