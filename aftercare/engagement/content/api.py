"""The API of guides: written, read and taken away, each by its address and language."""

from datetime import datetime
from typing import Annotated

from ninja import Path, Query, Router
from pydantic import BaseModel, Field

from aftercare.commerce.catalog.overview import product_ids_of
from aftercare.engagement.content.actions import remove_guide, write_guide
from aftercare.engagement.content.models import Guide
from aftercare.engagement.content.overview import GuideFilters, guide_written, guides_for_list, products_of_guides
from aftercare.engagement.content.schemas import GuideIn
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
    products: list[str]
    updated_at: datetime


class GuideQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="Words of the title.")] = ""
    kind: Short = ""
    locale: Short = ""


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
    guide = GuideIn(slug=slug, locale=locale, product_ids=products, **body.model_dump(exclude={"products"}))
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
    products = products_of_guides(guides=guides)
    plain = [name for name in GuideOut.model_fields if name != "products"]
    return [GuideOut(**{name: getattr(guide, name) for name in plain}, products=products[guide.pk]) for guide in guides]
