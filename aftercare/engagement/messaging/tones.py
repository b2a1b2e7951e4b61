"""The colour in which a message's state is shown, wherever it is."""

TONES = {
    "waiting": "attention",
    "queued": "information",
    "sending": "information",
    "sent": "good",
    "dropped": "neutral",
    "failed": "problem",
}
