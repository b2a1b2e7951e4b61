"""What rules, plans, bookings and claims look like at every door."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from aftercare.care.protection.vocabulary import Destination, Exclusion, Wanted
from aftercare.foundation.kit.schema import Currency, Incoming, Text

MOST_RULES, MOST_PLANS, MOST_PHOTOS = 40, 40, 6
Days = Annotated[int, Field(ge=0, le=365)]
CarrierKey = Annotated[Text, Field(max_length=40)]
Amount = Annotated[Decimal, Field(ge=0, le=Decimal("1e10"))]


class RuleIn(Incoming):
    """What is asked from a worth of goods on."""

    wants: Wanted
    at_least: Annotated[Amount, Field(description="The worth of the goods, in major units.", examples=["200.00"])]
    currency: Currency
    destination: Destination = Destination.ANYWHERE
    carrier: Annotated[CarrierKey, Field(description="Empty: whichever carrier.")] = ""


class LostIn(Incoming):
    """When a parcel that never arrived can be claimed."""

    domestic_days: Annotated[Days, Field(ge=1, description="Without a scan, at home.")]
    abroad_days: Annotated[Days, Field(ge=1, description="Without a scan, abroad.")]
    past_promise_days: Annotated[Days, Field(ge=1, description="After the day it was promised for, if sooner.")]
    within_days: Annotated[Days, Field(description="After the last scan at the latest.")]

    @model_validator(mode="after")
    def _is_a_window(self) -> "LostIn":
        if self.within_days < max(self.domestic_days, self.abroad_days):
            message = "ends before it begins: within_days is less than the days of silence"
            raise ValueError(message)
        return self


class ArrivedIn(Incoming):
    """When a parcel that was delivered can be claimed."""

    after_days: Annotated[Days, Field(description="After the delivery at the earliest.")] = 0
    within_days: Annotated[Days, Field(description="After the delivery at the latest.")]
    photos: Annotated[int, Field(ge=0, le=MOST_PHOTOS, description="At least so many.")] = 0

    @model_validator(mode="after")
    def _is_a_window(self) -> "ArrivedIn":
        if self.within_days < self.after_days:
            message = "ends before it begins: within_days is less than after_days"
            raise ValueError(message)
        return self


class PlanIn(Incoming):
    """What a carrier or an insurer covers; what is left out is not covered."""

    key: Annotated[Text, Field(min_length=1, max_length=40, pattern="^[a-z0-9-]+$")]
    name: Annotated[Text, Field(min_length=1, max_length=80)]
    carrier: Annotated[CarrierKey, Field(description="Empty: every carrier without a plan of its own.")] = ""
    lost: LostIn | None = None
    stolen: ArrivedIn | None = None
    damaged: ArrivedIn | None = None
    not_covered: Annotated[tuple[Exclusion, ...], Field(max_length=3)] = ()


class RulesIn(Incoming):
    """All rules of a store."""

    rules: Annotated[tuple[RuleIn, ...], Field(max_length=MOST_RULES)]


class PlansIn(Incoming):
    """All plans of a store; one for each carrier at most. Without any, those that Aftercare comes with."""

    plans: Annotated[tuple[PlanIn, ...], Field(max_length=MOST_PLANS)]

    @model_validator(mode="after")
    def _one_for_each(self) -> "PlansIn":
        for name in ("key", "carrier"):
            values = [getattr(plan, name) for plan in self.plans]
            if len(set(values)) < len(values):
                message = f"two plans have the same {name}"
                raise ValueError(message)
        return self


class BookingIn(Incoming):
    """What was really bought for a parcel."""

    signature: bool = False
    in_person: bool = False
    insured: Annotated[Amount, Field(description="For how much, in the order's currency.", examples=["500.00"])] = (
        Decimal(0)
    )
