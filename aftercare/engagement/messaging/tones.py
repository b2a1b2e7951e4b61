"""The colours in which states are shown, wherever they are."""

TONES = {
    "waiting": "attention",
    "queued": "information",
    "sending": "information",
    "sent": "good",
    "dropped": "neutral",
    "failed": "problem",
    "merged": "information",
}

NEWS_TONES = {
    "delivered": "good",
    "deferred": "attention",
    "bounced": "problem",
    "rejected": "problem",
    "complained": "problem",
    "unsubscribed": "attention",
    "opened": "information",
    "clicked": "information",
}
REPLY_TONES = {"reply": "information", "automatic": "neutral", "bounce": "attention", "unsubscribe": "attention"}
CONNECTION_TONES = {"sending": "good", "listening": "information", "ended": "neutral"}
