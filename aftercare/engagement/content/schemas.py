"""What a guide looks like when it is written."""

from dataclasses import dataclass

from aftercare.engagement.content.vocabulary import OwnershipStage


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideIn:
    """`body` is Markdown; `product_ids` are row ids of the products it is about, None to leave those as they are; so are
    `categories`. `stage` and the days from and until which it is of use are those of `Span`.
    """

    slug: str
    locale: str
    kind: str
    title: str
    summary: str
    body: str
    video_url: str = ""
    stage: str = OwnershipStage.ANY
    from_day: int = 0
    until_day: int | None = None
    product_ids: tuple[int, ...] | None = None
    categories: tuple[str, ...] | None = None
