"""Promotions as journeys choose among them."""

from aftercare.engagement.credit.queries.promotions import promotions_for_list
from aftercare.foundation.kit.choices import Offer

_MOST = 200


def promotion_choices() -> Offer:
    """Those that have not ended, the latest first; within a store's scope."""
    return [(one.public_id, one.name) for one in promotions_for_list(limit=_MOST).rows if one.ended_at is None]
