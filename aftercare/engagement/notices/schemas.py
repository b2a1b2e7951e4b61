"""A notice as it is written."""

from typing import Annotated

from pydantic import Field

from aftercare.engagement.notices.vocabulary import Severity
from aftercare.foundation.kit.schema import Incoming, Short, Text


class NoticeIn(Incoming):
    """About a product or a variant (by its SKU); with batches or a range of serial numbers only about those."""

    severity: Severity
    title: Annotated[Text, Field(min_length=1, max_length=160, examples=["Handle may come loose"])]
    text: Annotated[Text, Field(min_length=1, max_length=5000, examples=["Please stop using the jug."])]
    product: Annotated[Short, Field(min_length=1, description="The product's id here.")]
    sku: Annotated[Text, Field(max_length=120, description="Only this variant.")] = ""
    batches: Annotated[Text, Field(max_length=10_000, description="With commas or lines between them.")] = ""
    serial_from: Annotated[Text, Field(max_length=120)] = ""
    serial_to: Annotated[Text, Field(max_length=120)] = ""
