"""What an event that starts a journey is about: an order, a parcel, a customer. Steps and entries count on it."""

_OF_AN_ORDER = frozenset({"order", "customer"})
_EVERYTHING = frozenset({"order", "shipment", "customer"})
_BY_FAMILY = {
    "order": _OF_AN_ORDER,
    "fulfilment": _OF_AN_ORDER,
    "visit": _OF_AN_ORDER,
    "shipment": _EVERYTHING,
    "customer": frozenset({"customer"}),
    "segment": frozenset({"customer"}),
    **dict.fromkeys(("product", "journey", "staff", "store", "token"), frozenset[str]()),
}


def subjects_of(*, trigger: str) -> frozenset[str]:
    """Which of order, shipment and customer such events are about; all of them where nobody knows."""
    return _BY_FAMILY.get(trigger.partition(".")[0], _EVERYTHING)
