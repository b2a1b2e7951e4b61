"""Templates for programs: read and drafted, checked and tried out, published, and what they were before."""

from typing import Annotated, Any

from ninja import Body, Path, Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from aftercare.commerce.orders.queries import order_by_public_id
from aftercare.engagement.messaging.actions.drafts import change_draft, discard_draft, publish_draft
from aftercare.engagement.messaging.api.template_shapes import (
    EXAMPLE,
    ContentIn,
    PreviewOut,
    PublishDraftIn,
    TemplateDraftIn,
    TemplateProblems,
    Templates,
    TemplateTextOut,
    TemplateVersionOut,
    TemplateVersions,
    TemplateVersionText,
    preview_out,
    problems_out,
    templates_out,
    text_out,
    version_out,
    version_text,
)
from aftercare.engagement.messaging.drafts import check_name, working_content
from aftercare.engagement.messaging.judging import judged, store_sample
from aftercare.engagement.messaging.queries import template_version, template_versions
from aftercare.engagement.messaging.translations import translations
from aftercare.engagement.messaging.tryout import example_of, render
from aftercare.engagement.messaging.types import message_type
from aftercare.engagement.messaging.variables import variables_of
from aftercare.foundation.kit import clock
from aftercare.foundation.kit.errors import Forbidden
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.idempotency import idempotent
from aftercare.foundation.web.openapi import example_body

router = Router(tags=["Messages"])
_ONE = "/templates/{key}/{locale}"
MessageKey = Annotated[str, Path(pattern=r"^[^\x00]+$", description="The message type.", examples=["packed"])]
LocaleCode = Annotated[str, Path(pattern=r"^[^\x00]+$", description="The language.", examples=["en"])]
Number = Annotated[int, Path(ge=0, le=2**31 - 1, examples=[1])]
Seen = Annotated[int, Query(ge=0, le=2**31 - 1, description="The revision you read.", examples=[3])]


class PreviewQuery(BaseModel):
    """What to try it on."""

    order: Annotated[Short, Field(description="An order's id here; needs orders:read. Without: an invented one.")] = ""


@router.get("/templates", response=Templates)
@api_edge(Permission.MESSAGES_READ)
def list_message_templates(request: ApiRequest) -> Templates:
    """Every message in every language, and what is read where one is missing."""
    return templates_out(translations(store_locale=request.store.locale))


@router.get(_ONE, response=TemplateTextOut)
@api_edge(Permission.MESSAGES_READ)
def read_message_template(request: ApiRequest, key: MessageKey, locale: LocaleCode) -> TemplateTextOut:
    """The draft with what is wrong with it; revision 0 and what is live where there is none."""
    return _text(request, key, locale)


@router.put(f"{_ONE}/draft", response=TemplateTextOut, openapi_extra=example_body(EXAMPLE))
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def replace_message_template_draft(
    request: ApiRequest, key: MessageKey, locale: LocaleCode, body: TemplateDraftIn
) -> TemplateTextOut:
    """Change what the template is to say. Refused with `draft_changed` where somebody else was first."""
    change_draft(
        store=request.store, key=key, locale=locale, content=body.content(locale), revision=body.revision,
        by=request.who, now=clock.now(),
    )  # fmt: skip
    return _text(request, key, locale)


@router.delete(f"{_ONE}/draft", response=TemplateTextOut)
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def discard_message_template_draft(
    request: ApiRequest, key: MessageKey, locale: LocaleCode, revision: Seen
) -> TemplateTextOut:
    """Throw the draft away; what is live stays. Answers what the next draft would begin as."""
    discard_draft(
        store=request.store, key=key, locale=locale, revision=revision, by=request.who, now=clock.now()
    )  # fmt: skip
    return _text(request, key, locale)


@router.post(
    f"{_ONE}/draft/publish", response={201: TemplateVersionOut},
    openapi_extra=example_body({"revision": 1, "note": "Say when it arrives"}),
)  # fmt: skip
@api_edge(Permission.MESSAGES_WRITE)
@idempotent
def publish_message_template(request: ApiRequest, key: MessageKey, locale: LocaleCode, body: PublishDraftIn) -> Any:
    """Make a version of the draft, which the next messages are made from. Errors in it come back one at a time."""
    version = publish_draft(
        store=request.store, key=key, locale=locale, revision=body.revision, note=body.note, by=request.who,
        now=clock.now(),
    )  # fmt: skip
    return Status(201, version_out(version))


@router.post(
    f"{_ONE}/check", response=TemplateProblems,
    openapi_extra=example_body({name: EXAMPLE[name] for name in ("subject", "words")}),
)  # fmt: skip
@api_edge(Permission.MESSAGES_READ)
def check_message_template(
    request: ApiRequest, key: MessageKey, locale: LocaleCode, body: Body[ContentIn]
) -> TemplateProblems:
    """What is wrong with a content, or could be better, each with its place. Nothing is kept."""
    check_name(key=key, locale=locale)
    content = body.content(locale)
    return problems_out(judged(store=request.store, key=key, locale=locale, content=content, now=clock.now()))


@router.get(f"{_ONE}/preview", response=PreviewOut)
@api_edge(Permission.MESSAGES_READ)
def preview_message_template(
    request: ApiRequest, key: MessageKey, locale: LocaleCode, query: Query[PreviewQuery]
) -> PreviewOut:
    """What the draft, or what is live, makes of an order. Nothing is sent, and its links open nobody's order."""
    content = working_content(key=key, locale=locale).content
    if query.order and Permission.ORDERS_READ.value not in request.token.scopes:
        raise Forbidden("This token may not see orders.", field="order", remedy="Make a token with orders:read.")
    order = order_by_public_id(public_id=query.order) if query.order else None
    example = example_of(
        store=request.store, kind=message_type(key), locale=locale, order=order, now=clock.now()
    )  # fmt: skip
    return preview_out(order.public_id if order else None, render(content=content, example=example))


@router.get(f"{_ONE}/versions", response=TemplateVersions)
@api_edge(Permission.MESSAGES_READ)
def list_message_template_versions(request: ApiRequest, key: MessageKey, locale: LocaleCode) -> TemplateVersions:
    """Every version, the latest first."""
    check_name(key=key, locale=locale)
    return TemplateVersions(items=[version_out(one) for one in template_versions(key=key, locale=locale)])


@router.get(f"{_ONE}/versions/{{number}}", response=TemplateVersionText)
@api_edge(Permission.MESSAGES_READ)
def read_message_template_version(
    request: ApiRequest, key: MessageKey, locale: LocaleCode, number: Number
) -> TemplateVersionText:
    """A version with what it says."""
    return version_text(template_version(key=key, locale=locale, number=number))


def _text(request: ApiRequest, key: str, locale: str) -> TemplateTextOut:
    working, now = working_content(key=key, locale=locale), clock.now()
    problems = judged(store=request.store, key=key, locale=locale, content=working.content, now=now)
    kind = message_type(key)
    sample = store_sample(store=request.store, kind=kind, locale=locale, now=now)
    return text_out((key, locale), working, problems, variables_of(kind=kind, sample=sample))
