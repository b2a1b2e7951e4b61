"""What is told of promotions and baskets."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from aftercare.engagement.credit.vocabulary import Discount, Stacking
from aftercare.foundation.kit.schema import Currency, Email, Incoming, Key, Moment, Short, Text

MOST_CODES = 10
Amount = Annotated[str, Field(max_length=20, description="In major units, such as 19.90.", examples=["19.90"])]


class PromotionIn(Incoming):
    """What codes let one have, for whom and how often. Amounts are in major units of `currency`."""

    name: Annotated[Text, Field(min_length=1, max_length=120, examples=["Ten percent for winter"])]
    discount: Discount
    currency: Currency
    percent: Annotated[Decimal | None, Field(gt=0, le=100, decimal_places=2, examples=["10"])] = None
    amount: Amount = "0"
    minimum: Annotated[Amount, Field(description="What the covered goods cost at least.")] = "0"
    products: Annotated[list[Short], Field(max_length=500, description="Ids here; none, and no categories: all.")] = []
    categories: Annotated[list[Short], Field(max_length=500)] = []
    once_per_customer: bool = True
    stacking: Stacking = Stacking.WITH_CREDIT
    budget_amount: Annotated[Amount | None, Field(description="What it may give altogether.")] = None
    budget_uses: Annotated[int | None, Field(ge=1, le=2_000_000_000)] = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class BasketLineIn(Incoming):
    """One position."""

    amount: Amount
    product: Annotated[Short, Field(description="The product's id here.")] = ""
    category: Short = ""


class BasketIn(Incoming):
    """What is about to be bought, by whom, and with which codes."""

    codes: Annotated[list[Key], Field(min_length=1, max_length=MOST_CODES)]
    currency: Currency
    lines: Annotated[list[BasketLineIn], Field(min_length=1, max_length=500)]
    shipping: Amount = "0"
    customer: Annotated[Short | None, Field(description="A customer's id here; else `email`.")] = None
    email: Email | None = None
    uses_credit: Annotated[bool, Field(description="Whether store credit is used, too.")] = False
