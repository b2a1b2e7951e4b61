"""Noticing crowds: how many troubles a carrier has of late, at which hubs and on which lanes, and how many are usual."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from aftercare.care.incidents import policy
from aftercare.care.incidents.policy import Crowd
from aftercare.care.incidents.vocabulary import IN_MASSES
from aftercare.commerce.health.vocabulary import ENDED
from aftercare.commerce.shipments.policy import lane_of
from aftercare.commerce.shipments.vocabulary import OVER, Status
from aftercare.foundation.database.bulk import fetch

_TROUBLES = """
    SELECT store_id, carrier, place, lane,
           count(*) FILTER (WHERE opened_at > %(since)s AND state <> 'closed' AND mass_id IS NULL),
           count(*) FILTER (WHERE opened_at <= %(since)s)
    FROM incidents_incident
    WHERE (store_id, carrier) IN (SELECT * FROM unnest(%(stores)s::bigint[], %(carriers)s::text[]))
          AND kind = ANY(%(kinds)s) AND opened_at > %(since)s - %(days)s * interval '1 day'
    GROUP BY store_id, carrier, place, lane
"""
_UNDER_WAY = """
    SELECT s.status_place, s.origin->>'country', o.shipping_address->>'country', left(o.shipping_address->>'postcode', 1),
           count(*)
    FROM shipments_shipment s JOIN health_health h ON h.shipment_id = s.id JOIN orders_order o ON o.id = s.order_id
    WHERE s.store_id = %s AND s.carrier = %s AND h.state <> ALL(%s) AND s.status <> ALL(%s)
    GROUP BY 1, 2, 3, 4
"""
_NOT_UNDER_WAY = (Status.PENDING, *OVER)
Whose = tuple[int, str]
# Where: a hub, or a lane; neither is all of it.
_Where = tuple[str, str]
_ALL: _Where = ("", "")


class _Counts(NamedTuple):
    of_late: Counter[_Where]
    before: Counter[_Where]


def crowds(*, about: Collection[Whose], now: datetime) -> Iterator[tuple[Whose, list[Crowd]]]:
    """Of each of these (store, carrier): all of its troubles, then each hub and each lane that has enough of them."""
    for whose, counts in _troubles(about, now).items():
        if counts.of_late[_ALL] < policy.MASS_LEAST:
            continue
        under_way = _under_way(whose)
        many = [where for where, count in counts.of_late.items() if count >= policy.MASS_LEAST and where != _ALL]
        yield whose, [_crowd(where, counts, under_way) for where in (_ALL, *many)]


def _crowd(where: _Where, counts: _Counts, under_way: Mapping[_Where, int]) -> Crowd:
    usual = counts.before[where] / policy.USUAL_DAYS
    return Crowd(*where, troubles=counts.of_late[where], usual_per_day=usual, under_way=under_way[where])


def _troubles(about: Collection[Whose], now: datetime) -> dict[Whose, _Counts]:
    found: dict[Whose, _Counts] = {whose: _Counts(Counter(), Counter()) for whose in about}
    parameters = {
        "since": now - policy.MASS_WINDOW, "days": policy.USUAL_DAYS, "kinds": [kind.value for kind in IN_MASSES],
        "stores": [store for store, _ in about], "carriers": [carrier for _, carrier in about],
    }  # fmt: skip
    for store_id, carrier, place, lane, of_late, before in fetch(_TROUBLES, parameters):
        for where in _wheres(place, lane):
            found[store_id, carrier].of_late[where] += of_late
            found[store_id, carrier].before[where] += before
    return found


def _under_way(whose: Whose) -> Counter[_Where]:
    found: Counter[_Where] = Counter()
    for place, begins, ends, region, count in fetch(_UNDER_WAY, [*whose, list(ENDED), list(_NOT_UNDER_WAY)]):
        lane = lane_of(origin={"country": begins}, destination={"country": ends, "postcode": region})
        for where in _wheres(place, lane):
            found[where] += count
    return found


def _wheres(place: str, lane: str) -> set[_Where]:
    return {_ALL, (place, ""), ("", lane)}
