"""Incidents as what events are about."""

from aftercare.care.incidents.queries import incident_by_public_id
from aftercare.foundation.events.subjects import Told, register_subject


def _order(public_id: str) -> list[int]:
    return [incident_by_public_id(public_id=public_id).order_id]


register_subject(Told(prefix="inc", name="incident", key="order_id", rows=_order))
