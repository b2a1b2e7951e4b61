"""The colour in which a parcel's health is shown, wherever it is."""

TONES = {
    "on_time": "good",
    "at_risk": "attention",
    "late": "attention",
    "stalled": "attention",
    "needs_customer": "problem",
    "lost_suspected": "problem",
    "delivered": "good",
    "cancelled": "neutral",
}
