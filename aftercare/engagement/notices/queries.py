"""Finding notices, those they are for, and who has read them. All within a store's scope."""

from collections.abc import Collection
from dataclasses import dataclass

from aftercare.engagement.notices.models import Addressee, Notice
from aftercare.engagement.notices.vocabulary import NoticeState
from aftercare.foundation.database.bulk import fetch
from aftercare.foundation.database.keyset import Page, page
from aftercare.foundation.kit.errors import NotFound

_REACH = """
    SELECT count(*), count(sent_at), count(read_at), count(acknowledged_at) FROM notices_addressee WHERE notice_id = %s
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many orders a notice is for, and how many were told, have read and have acknowledged it."""

    audience: int
    sent: int
    read: int
    acknowledged: int


def notices_for_list(*, after: str = "", limit: int = 50) -> Page[Notice]:
    """A page of notices, the latest first. One query."""
    return page(Notice.objects.select_related("product", "variant"), by="created_at", after=after, limit=limit)


def notice_by_public_id(*, public_id: str) -> Notice:
    """A notice; raises NotFound."""
    found: Notice | None = Notice.objects.select_related("product", "variant").filter(public_id=public_id).first()
    if found is None:
        raise NotFound("There is no such notice.", field="notice")
    return found


def titles_of_notices(*, public_ids: Collection[str]) -> dict[str, str]:
    """What these notices are about, by public id. One query."""
    return dict(Notice.objects.filter(public_id__in=public_ids).values_list("public_id", "title"))


def reach_of(notice: Notice) -> Reach:
    """One query."""
    return Reach(*fetch(_REACH, [notice.pk])[0])


def addressees_for_list(*, notice: Notice, unread: bool = False, after: str = "", limit: int = 50) -> Page[Addressee]:
    """Those a notice is for (only who has not read it), with their orders, customers and lines. One query."""
    found = Addressee.objects.filter(notice=notice).select_related("order__customer", "line")
    if unread:
        found = found.filter(read_at=None)
    return page(found, by="id", after=after, limit=limit)


def notices_of_order(*, order_id: int) -> list[Addressee]:
    """What an order's owner must learn now, the latest first. One query."""
    found = Addressee.objects.filter(order_id=order_id, notice__state=NoticeState.PUBLISHED)
    return list(found.select_related("notice__product", "order").order_by("-notice__published_at"))


def addressee_of(*, notice: str, order: str) -> Addressee:
    """Whom a notice is for, by the public ids of both; raises NotFound, also for one that is not published."""
    found = Addressee.objects.select_related("notice__product", "order")
    one: Addressee | None = found.filter(
        notice__public_id=notice, order__public_id=order, notice__state=NoticeState.PUBLISHED
    ).first()
    if one is None:
        raise NotFound("There is no such notice for this order.", field="notice")
    return one
