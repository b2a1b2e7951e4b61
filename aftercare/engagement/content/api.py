"""The API of guides: written, read and taken away, each by its address and language."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from aftercare.commerce.catalog.overview import product_ids_of
from aftercare.engagement.content.actions import remove_guide, write_guide
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.overview import (
    GuideFilters,
    collections_of_guides,
    coverage,
    guide_written,
    guides_for_list,
    products_of_guides,
)
from aftercare.engagement.content.queries import checklist_figures, guide_by_slug
from aftercare.engagement.content.schemas import GuideIn
from aftercare.engagement.content.vocabulary import OwnershipStage
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.schema import Incoming, Short, Text
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import Accepted, ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.preconditions import if_unchanged

router = Router(tags=["Guides"])
Slug = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,80}$", description="The end of its page's address.")]
Locale = Annotated[
    str, Path(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$", description="Its language, such as en or pt-br.")
]
_GUIDE = {
    "kind": "quick_start", "title": "The jug on its first day", "summary": "Soak, rinse twice.",
    "body": "1. Soak it.\n2. Rinse it *twice*.", "products": [],
}  # fmt: skip


class GuideBodyIn(Incoming):
    """A guide in one language."""

    kind: Annotated[Short, Field(examples=["quick_start"])]
    title: Annotated[Text, Field(min_length=1, max_length=160)]
    summary: Annotated[Text, Field(max_length=300)] = ""
    body: Annotated[
        Text, Field(min_length=1, max_length=50_000, description="Markdown; HTML in it is shown, not obeyed.")
    ]
    video_url: Annotated[Text, Field(max_length=500, pattern=r"^(https?://\S+)?$")] = ""
    stage: Annotated[
        OwnershipStage, Field(description="When it stands on the page of an order; empty: at any time.")
    ] = OwnershipStage.ANY
    from_day: Annotated[int, Field(ge=0, le=3650, description="Days after the delivery, which is day 0.")] = 0
    until_day: Annotated[int | None, Field(ge=0, le=3650, description="Inclusive; null: for ever.")] = None
    collections: Annotated[
        list[Annotated[Short, Field(min_length=1, max_length=120)]] | None,
        Field(max_length=500, description="Categories of products it helps with; left out, they stay."),
    ] = None
    products: Annotated[
        list[Short] | None, Field(max_length=500, description="Ids of the products it helps with; left out, they stay.")
    ] = None


class GuideOut(BaseModel):
    """A guide in one language."""

    slug: str
    locale: str
    kind: str
    title: str
    summary: str
    body: str
    video_url: str
    stage: OwnershipStage
    from_day: int
    until_day: int | None
    collections: list[str]
    products: list[str]
    updated_at: datetime


class GuideQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="Words of the title.")] = ""
    kind: Short = ""
    locale: Short = ""


class UncoveredOut(BaseModel):
    """A product that has no such guide."""

    product: str
    title: str
    sold: int


class CoverageOut(BaseModel):
    """How many of the products on offer have a guide; of those without, the best sold."""

    covered: int
    products: int
    missing: list[UncoveredOut]


class StepOut(BaseModel):
    """How many ticked a step, and how many of those who have not finished stopped before it."""

    step: int
    ticked: int
    stopped: int


class ChecklistOut(BaseModel):
    """How customers fare with a checklist, over all its languages."""

    begun: int
    finished: int
    steps: list[StepOut]


def _written(slug: str, locale: str) -> GuideOut:
    return _guides_out([guide_written(slug=slug, locale=locale)])[0]


@router.get("/guides", response=Listed[GuideOut])
@api_edge(Permission.CATALOG_READ)
def list_guides(
    request: ApiRequest, query: Query[GuideQuery], cursor: Cursor = "", limit: Limit = 50
) -> Listed[GuideOut]:
    """Guides in every language, the latest change first."""
    filters = GuideFilters(words=query.q, kind=query.kind, locale=query.locale)
    found = guides_for_list(filters=filters, after=cursor, limit=limit, with_text=True)
    return Listed(items=_guides_out(found.rows), next=found.following)


@router.get("/guides/coverage", response=CoverageOut)
@api_edge(Permission.CATALOG_READ)
def read_coverage(request: ApiRequest, kind: Short = "", limit: Limit = 50) -> CoverageOut:
    """Which products on offer lack a guide (of this kind), the best sold first."""
    found = coverage(store_id=request.store.pk, kind=kind, limit=limit)
    missing = [UncoveredOut(product=one.public_id, title=one.title, sold=one.sold) for one in found.missing]
    return CoverageOut(covered=found.covered, products=found.products, missing=missing)


@router.get("/guides/{slug}/progress", response=ChecklistOut)
@api_edge(Permission.CATALOG_READ)
def read_progress(request: ApiRequest, slug: Slug) -> ChecklistOut:
    """How many began a checklist, finished it, and where they stop."""
    guide_by_slug(store=request.store, slug=slug, locale=request.store.locale)
    found = checklist_figures(store_id=request.store.pk, slug=slug)
    places = sorted(found.ticked.keys() | found.stopped.keys())
    steps = [StepOut(step=n, ticked=found.ticked.get(n, 0), stopped=found.stopped.get(n, 0)) for n in places]
    return ChecklistOut(begun=found.begun, finished=found.finished, steps=steps)


@router.get("/guides/{slug}/{locale}", response=GuideOut)
@api_edge(Permission.CATALOG_READ)
def read_guide(request: ApiRequest, slug: Slug, locale: Locale) -> GuideOut:
    """A guide in exactly this language."""
    return _written(slug, locale)


@router.put("/guides/{slug}/{locale}", response=GuideOut, openapi_extra=example_body(_GUIDE))
@api_edge(Permission.CATALOG_WRITE)
@idempotent
@if_unchanged(_written)
def put_guide(request: ApiRequest, slug: Slug, locale: Locale, body: GuideBodyIn) -> GuideOut:
    """Write a guide, or write it anew. Customers read it from then on."""
    products = None if body.products is None else product_ids_of(public_ids=body.products)
    categories = None if body.collections is None else tuple(body.collections)
    said = body.model_dump(exclude={"products", "collections"})
    guide = GuideIn(slug=slug, locale=locale, product_ids=products, categories=categories, **said)
    kept = write_guide(store=request.store, guide=guide, by=request.who, now=clock.now())
    return _guides_out([kept])[0]


@router.delete("/guides/{slug}/{locale}", response=Accepted)
@api_edge(Permission.CATALOG_WRITE)
@idempotent
def delete_guide(request: ApiRequest, slug: Slug, locale: Locale) -> Accepted:
    """Take it away in this language."""
    remove_guide(guide=guide_written(slug=slug, locale=locale), by=request.who, now=clock.now())
    return Accepted()


def _guides_out(guides: list[Guide]) -> list[GuideOut]:
    products, collections = products_of_guides(guides=guides), collections_of_guides(guides=guides)
    plain = [name for name in GuideOut.model_fields if name not in {"products", "collections"}]
    return [
        GuideOut(
            **{name: getattr(guide, name) for name in plain}, products=products[guide.pk],
            collections=collections[guide.pk],
        )
        for guide in guides
    ]  # fmt: skip
