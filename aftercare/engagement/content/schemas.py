"""What a guide looks like when it is written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideIn:
    """`body` is Markdown; `product_ids` are row ids of the products it is about, None to leave those as they are."""

    slug: str
    locale: str
    kind: str
    title: str
    summary: str
    body: str
    video_url: str = ""
    product_ids: tuple[int, ...] | None = None
