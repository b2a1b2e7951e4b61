"""The API of templates: what messages say, in which languages, and every version of it."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Router
from pydantic import BaseModel, Field

from aftercare.engagement.messaging.models import TemplateVersion
from aftercare.engagement.messaging.queries import live_templates, template_versions
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Messages"])


class TemplateOut(BaseModel):
    """A version of a template in one language."""

    key: Annotated[str, Field(examples=["order_confirmed"])]
    locale: Annotated[str, Field(examples=["en"])]
    number: Annotated[int, Field(examples=[1])]
    subject: Annotated[str, Field(examples=["Thank you for your order {{ order.number }}"])]
    is_live: bool
    created_at: datetime
    created_by: Annotated[str, Field(examples=["aftercare"])]


class TemplateText(TemplateOut):
    """The same with what it says; Liquid tags are in place."""

    source: Annotated[str, Field(description="The MJML as written.", examples=["<mjml>…</mjml>"])]
    text: Annotated[str, Field(examples=["Dear {{ customer.name }}, …"])]


class Templates(BaseModel):
    """Every template that is used now."""

    items: list[TemplateOut]


class TemplateVersions(BaseModel):
    """All of them: a template has some."""

    items: list[TemplateText]


@router.get("/templates", response=Templates)
@api_edge(Permission.MESSAGES_READ)
def list_templates(request: ApiRequest) -> Templates:
    """The live version of every template in every language, without its text."""
    return Templates(items=[TemplateOut(**_fields(TemplateOut, version)) for version in live_templates()])


@router.get("/templates/{key}/{locale}", response=TemplateVersions)
@api_edge(Permission.MESSAGES_READ)
def read_template(request: ApiRequest, key: PublicId, locale: PublicId) -> TemplateVersions:
    """Every version of a template in a language, the latest first."""
    found = template_versions(key=key, locale=locale)
    return TemplateVersions(items=[TemplateText(**_fields(TemplateText, version)) for version in found])


def _fields(model: type[BaseModel], version: TemplateVersion) -> dict[str, Any]:
    return {name: getattr(version, name) for name in model.model_fields}
