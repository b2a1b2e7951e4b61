"""What is told of use, and how a schedule is set up."""

from typing import Annotated

from pydantic import Field

from aftercare.engagement.ownership.vocabulary import Unit
from aftercare.foundation.kit.schema import Incoming, Key, Moment, Short, Text


class UsageIn(Incoming):
    """One sign of use. It is of a line of an order, of whatever has this serial number, or of a customer's product."""

    id: Annotated[Key, Field(description="Your own: the same id again counts once.", examples=["u-1"])]
    at: Moment
    kind: Annotated[Text, Field(max_length=40, description="What was done, in a word of yours.")] = "used"
    uses: Annotated[int, Field(ge=1, le=1_000_000, description="How often, where several come as one.")] = 1
    order: Annotated[Short | None, Field(description="An order's id here, with `line`.")] = None
    line: Annotated[Key | None, Field(description="The line's id at the shop.")] = None
    serial: Annotated[Text, Field(max_length=120)] = ""
    product: Annotated[Short | None, Field(description="A product's id here.")] = None
    customer: Annotated[Short | None, Field(description="With `product`: whose.")] = None


class UsageRuleIn(Incoming):
    """After how many days without a sign of use something counts as never used: of a product, else of a category, else of
    everything that no other rule is about."""

    product: Annotated[Short | None, Field(description="A product's id here; else `category`, else all else.")] = None
    category: Annotated[Text, Field(max_length=120)] = ""
    days: Annotated[int | None, Field(ge=1, le=3650, description="Null: it never does.")]


class ScheduleIn(Incoming):
    """What is to be done every so many days, months or uses after the delivery, of a product or a category."""

    title: Annotated[Text, Field(min_length=1, max_length=160, examples=["Descale the kettle"])]
    text: Annotated[Text, Field(max_length=1000)] = ""
    guide: Annotated[Text, Field(max_length=80, description="The address of the guide that says how.")] = ""
    every: Annotated[int, Field(ge=1, le=36_500)]
    unit: Unit
    product: Annotated[Short | None, Field(description="A product's id here; else `category`.")] = None
    category: Annotated[Text, Field(max_length=120)] = ""
