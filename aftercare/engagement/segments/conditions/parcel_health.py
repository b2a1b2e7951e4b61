"""How the parcels fare that are on their way to the customer."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import BaseModel, ConfigDict, Field

from aftercare.commerce.health.events import ShipmentHealthChanged
from aftercare.commerce.health.vocabulary import TROUBLED, HealthState
from aftercare.commerce.shipments.events import ShipmentCreated
from aftercare.engagement.segments.asking import Question
from aftercare.engagement.segments.choices import words_or
from aftercare.engagement.segments.conditions import ConditionKind, register
from aftercare.foundation.kit.choices import Choices, Offer


def _states() -> Offer:
    return [(state.value, state.label) for state in HealthState]


class ParcelHealthConfig(BaseModel):
    """Any of these."""

    model_config = ConfigDict(extra="forbid")
    states: Annotated[
        tuple[HealthState, ...], Field(title=gettext_noop("Any of these"), min_length=1), Choices(_states)
    ] = TROUBLED


@register
class ParcelFares(ConditionKind[ParcelHealthConfig]):
    """True while one of the customer's parcels fares so."""

    key = "parcel_health"
    label = gettext_lazy("Health of parcels")
    hint = gettext_lazy("Late, stalled, lost, well")
    icon = "heart-pulse"
    Config = ParcelHealthConfig

    def describe(self, config: ParcelHealthConfig) -> str:
        return _("has a parcel that is %(states)s") % {"states": words_or(state.label for state in config.states)}

    def describe_opposite(self, config: ParcelHealthConfig) -> str:
        return _("has no parcel that is %(states)s") % {"states": words_or(state.label for state in config.states)}

    def holds(self, config: ParcelHealthConfig, question: Question) -> str:
        states = question.value([state.value for state in config.states])
        return (
            "EXISTS (SELECT FROM segments_purchase p JOIN shipments_shipment s ON s.order_id = p.order_id"
            " JOIN health_health h ON h.shipment_id = s.id"
            f" WHERE p.customer_id = c.id AND p.store_id = %(store)s AND h.store_id = %(store)s AND h.state = ANY({states}))"
        )

    def touched_by(self, config: ParcelHealthConfig) -> frozenset[str]:  # noqa: ARG002 -- the base's signature
        return frozenset({ShipmentHealthChanged.type, ShipmentCreated.type})
