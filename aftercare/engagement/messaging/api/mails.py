"""The API of mail that came in."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from aftercare.engagement.messaging.models import InboundMessage
from aftercare.engagement.messaging.queries import inbound_by_public_id, inbound_for_list
from aftercare.foundation.kit.schema import Short
from aftercare.foundation.staff.policy import Permission
from aftercare.foundation.web.api_edge import ApiRequest, api_edge
from aftercare.foundation.web.pages import Cursor, Limit, Listed
from aftercare.foundation.web.parameters import PublicId

router = Router(tags=["Messages"])


class MailOut(BaseModel):
    """A mail that came in."""

    id: Annotated[str, Field(examples=["inb_3n8w0dq5t1v7x2zb"])]
    kind: Annotated[InboundMessage.Kind, Field(description="Who wrote it: a person (`reply`), or which machine.")]
    sender: str
    sender_name: str
    recipient: str
    subject: str
    order: Annotated[str | None, Field(description="The order's id here.")]
    customer: Annotated[str | None, Field(description="The customer's id here.")]
    attachments: list[dict[str, Any]]
    received_at: datetime


class MailTextOut(MailOut):
    """A mail with its text; the HTML is sanitised."""

    text: str
    html: str
    in_reply_to: Annotated[str | None, Field(description="The id of the message it answers.")]


class MailQuery(BaseModel):
    """What to narrow the list to."""

    q: Annotated[Short, Field(description="A part of the sender or the subject.")] = ""
    kind: InboundMessage.Kind | None = None


@router.get("/mails", response=Listed[MailOut])
@api_edge(Permission.MESSAGES_READ)
def list_mails(request: ApiRequest, query: Query[MailQuery], cursor: Cursor = "", limit: Limit = 50) -> Listed[MailOut]:
    """Mails that came in, the latest first."""
    found = inbound_for_list(words=query.q, kind=query.kind or "", after=cursor, limit=limit)
    return Listed(items=[MailOut(**_mail(row)) for row in found.rows], next=found.following)


@router.get("/mails/{mail}", response=MailTextOut)
@api_edge(Permission.MESSAGES_READ)
def read_mail(request: ApiRequest, mail: PublicId) -> MailTextOut:
    """A mail that came in, with its text."""
    found = inbound_by_public_id(public_id=mail)
    answers = found.in_reply_to.public_id if found.in_reply_to else None
    return MailTextOut(**_mail(found), text=found.text, html=found.html, in_reply_to=answers)


def _mail(mail: InboundMessage) -> dict[str, Any]:
    same = MailOut.model_fields.keys() - {"id", "order", "customer"}
    return {
        "id": mail.public_id,
        "order": mail.order.public_id if mail.order else None,
        "customer": mail.customer.public_id if mail.customer else None,
        **{name: getattr(mail, name) for name in same},
    }
