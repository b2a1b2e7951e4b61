"""The colour in which a parcel's status is shown, wherever it is."""

TONES = {
    "pending": "neutral",
    "picked_up": "information",
    "in_transit": "information",
    "out_for_delivery": "information",
    "ready_for_pickup": "information",
    "delivered": "good",
    "delivery_failed": "attention",
    "delivery_delayed": "attention",
    "on_hold": "attention",
    "return_to_sender": "problem",
    "cancelled": "neutral",
    "unknown": "neutral",
}
