"""Reading by which channels a store's messages go."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from aftercare.engagement.messaging.channels import MAIL, channels
from aftercare.engagement.messaging.policy.ways import Leg
from aftercare.foundation.database.bulk import fetch_decoded

EVERY_TYPE = ""
USUAL = (Leg(MAIL),)
MOST_LEGS = 6
_READ = "SELECT store_id, message_type, legs FROM messaging_way WHERE store_id = ANY(%s) AND message_type = ANY(%s)"


def ways_of(*, wanted: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], Sequence[Leg]]:
    """The legs for each (store, message type): its own, else the store's for every type, else e-mail. One query."""
    asked = set(wanted)
    if not asked:
        return {}
    types = [*{key for _, key in asked}, EVERY_TYPE]
    rows = fetch_decoded(_READ, [list({store for store, _ in asked}), types])
    known = {(store, key): legs_from(legs) for store, key, legs in rows}
    return {
        (store, key): known.get((store, key)) or known.get((store, EVERY_TYPE)) or list(USUAL) for store, key in asked
    }


def legs_from(stored: Collection[Sequence[object]]) -> list[Leg]:
    """As rows keep them, without channels that are gone."""
    return [Leg(str(channel), int(str(minutes))) for channel, minutes in stored if channel in channels]


def stored(legs: Iterable[Leg]) -> list[list[object]]:
    """As rows keep them."""
    return [[leg.channel, leg.minutes] for leg in legs]
