"""The colours in which an order's states are shown, wherever they are."""

PROGRESS_TONES = {
    "placed": "neutral",
    "packed": "information",
    "ready": "information",
    "on_its_way": "information",
    "partly_delivered": "attention",
    "delivered": "good",
    "cancelled": "problem",
}
PAYMENT_TONES = {
    "pending": "attention",
    "paid": "good",
    "partially_refunded": "attention",
    "refunded": "neutral",
    "voided": "neutral",
}
FULFILMENT_TONES = {
    "open": "neutral",
    "back_ordered": "attention",
    "packed": "information",
    "ready": "information",
    "under_way": "information",
    "completed": "good",
    "cancelled": "problem",
    "missed": "attention",
}
